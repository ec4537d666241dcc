# Asking for someone to talk to, waiting, and the listener's board.
requests-title = Talk to a listener
requests-description = Ask for a trained volunteer listener. One queue for the whole world, with your place and an honest estimate.
requests-lead = A trained volunteer reads what you write and answers. You can end it at any time.
requests-topic = What is it about?
requests-topic-hint = Choose what comes closest. It helps to find a listener who is at home with it.
requests-language = In which language?
requests-do = Ask for a listener
requests-what-next = What happens next
requests-next-1 = You get a place in the queue. People in greater danger are heard first; apart from that, whoever asked first.
requests-next-2 = You can leave this page for up to 2 minutes and keep your place.
requests-next-3 = When a listener takes your request, the chat opens here by itself.
requests-waiting = You are in the queue
requests-place = { $place ->
    [1] You are next.
   *[other] You are number { $place }.
  }
requests-estimate = At the pace at which people in your language were heard lately, it takes { $low } to { $high } minutes. We can’t promise it, but we keep it up to date here.
requests-estimate-about = { $minutes ->
    [0] At the pace at which people in your language were heard lately, it takes less than a minute.
    [one] At the pace at which people in your language were heard lately, it takes about one minute.
   *[other] At the pace at which people in your language were heard lately, it takes about { $minutes } minutes.
  }
requests-estimate-unknown = We can’t say honestly how long it takes: too few people were taken lately.
requests-range = About { $low } to { $high } minutes.
requests-range-about = { $minutes ->
    [0] Less than a minute.
    [one] About one minute.
   *[other] About { $minutes } minutes.
  }
requests-range-unknown = We can’t say how long.
requests-meanwhile = Keep this page open. When a listener takes your request, the chat opens here by itself, and you can begin in your own time.
requests-meanwhile-plain = This page does not change by itself. Please look at your place now and then. When a listener has taken your request, a link to the chat stands here.
requests-meanwhile-heading = While you wait
requests-meanwhile-rooms = Sit with others in a room
requests-meanwhile-learn = Read something
requests-meanwhile-tabs = These open in a new tab, so that your place is kept.
requests-about = You asked about:
requests-since = Waiting since
requests-refresh = See my place now
requests-cancel = Leave the queue
requests-cancelled = You have left the queue. You can ask again whenever you like.
requests-closed-gone = You were away for more than 2 minutes, so your place went to the next person. You can ask again now.
requests-closed-consent-withdrawn = Your request was closed, because your parent’s consent was taken back. You did nothing wrong.
requests-closed-age-corrected = Your request was closed, because the staff corrected your age group. You can ask again now.
requests-closed-banned = Your request was closed, because you can’t take part at present.
requests-again = Ask again
requests-matched = A listener is here. The chat opens now.

listen-title = Listen
listen-waiting = { $count ->
    [0] Nobody is waiting at present.
    [one] One person is waiting.
   *[other] { $count } people are waiting.
  }
listen-nobody-note = This list changes by itself. It is fine to just leave it open.
listen-status = Your status
listen-status-online = Online
listen-status-busy = Busy
listen-status-offline = Offline
listen-status-break = On a break
listen-status-online-about = People who choose a listener see you here, and can ask for you.
listen-status-busy-about = You are here, and nobody asks for you personally. You can still take people from the queue.
listen-status-offline-about = You are shown as away. You can still take people from the queue.
listen-status-break-about = You rest. Nobody new reaches you, you take nobody from the queue, and your profile says that you are on a break.
listen-status-set = Set
listen-standing = Your status ({ $status }) and languages
listen-languages = Your languages
listen-languages-saved = Saved. The queue shows people in these languages.
listen-languages-none = Please choose at least one.
listen-topics = Topics you do not take
listen-topics-about = Nobody is at home with everything. People who ask about these are shown to other listeners, and nobody is told why.
listen-topics-saved = Saved. The queue leaves these topics out for you.
listen-topics-all = Please leave at least one topic that you take.
listen-rest = { $count ->
    [one] One more person waits behind these.
   *[other] { $count } more people wait behind these.
  }
listen-status-failed = Your status was not changed.
listen-next = Take the next person
listen-next-about = The first in the queue whom you may talk to.
listen-list = Or choose someone
listen-take = Talk with { $name }
listen-heavy = may be in danger
listen-heavy-about = “May be in danger”: this person answered that they or someone else are. A listener who feels steady should take them first.
listen-waits-since = waits since
listen-taking = Opening the chat…
listen-taken = Another listener was a moment faster. This person is being heard.
listen-nobody = Nobody is waiting whom you could take right now.
listen-switch = You listen from your other account. Switching takes one click.
