# Rooms, and what moderators do in them.
rooms-title = Rooms
rooms-description = Rooms where several people talk with each other about one thing, with moderators who take care.
rooms-lead = Several people talk together, and moderators take care. You can just read along.
rooms-what = Each room is about one thing: a hard night, something lost, or just an ordinary day. People of your age group write there with each other, and you can come and go as you like.
rooms-gate = Before you see the rooms, we ask two short questions, so that teens and adults talk apart and help is near for whoever needs it.
rooms-gate-do = Answer them now
rooms-none = No room is open to you at present.
rooms-age-teen = for teens
rooms-age-adult = for adults
rooms-for-listeners = listeners only
rooms-present = { $count ->
    [0] nobody here yet
    [one] one person here
   *[other] { $count } people here
  }
rooms-and-more = { $count ->
    [one] and one more
   *[other] and { $count } more
  }
rooms-needs-scripts = Talking here needs scripts, and they are switched off in this browser. These are the last messages.
rooms-rules = The rules of the rooms
rooms-rules-1 = Be kind. Disagree with what is said, never with who somebody is.
rooms-rules-2 = Give no contact details, and ask for none.
rooms-rules-3 = Leave out how something was done to hurt oneself or others.
rooms-rules-4 = You can say that you are in danger. That is never an offence.
rooms-rules-seen = Understood
rooms-all = All rooms
rooms-empty = Nobody has written anything yet.
rooms-left = You are no longer in this room.
rooms-left-until = You can come back at
rooms-enter-again = Go in again
rooms-moderate-message = Moderate the message of { $name }
rooms-remove = Remove the message
rooms-remove-heading = Remove this message?
rooms-remove-about = Nobody sees it any more, from this moment. The act is logged.
rooms-remove-note = Note for the log
rooms-remove-do = Remove
rooms-warn = Warn
rooms-warn-heading = Warn { $name }
rooms-warn-about = They see the rule and your words. Another warning within 30 seconds about the same thing counts once. What someone says about their own danger is never an offence.
rooms-warn-words = Your words to them
rooms-warn-words-missing = Please write what you want to say to them.
rooms-warn-do = Warn
rooms-rule = Which rule?
rooms-warned = { $count ->
    [one] Warned. It is their first warning at present. What follows:
   *[other] Warned. It is their warning number { $count } at present. What follows:
  }
rooms-warned-already = Another moderator had just warned them about this. They hear it once.
rooms-removed = The message is removed.
rooms-reply = Reply
rooms-replying = Replying to { $name }
rooms-reply-stop = Don’t reply
rooms-in-reply = In reply to { $name }
rooms-slow = This room goes slowly just now: each person writes once in { $seconds } seconds.
rooms-slow-not-you = Not so for moderators.
rooms-closed = This room is closed for writing just now.
rooms-closed-read = You can read along.
rooms-closed-moderators = Only moderators write.
rooms-closed-until = until
rooms-closed-write = What you have begun to write is kept until the room opens. If you need someone now, a listener or “Help now” is there.
rooms-muted-until = A moderator decided that you read, but do not write in this room until
rooms-pinned = { $count ->
    [one] One pinned message
   *[other] { $count } pinned messages
  }
rooms-pin = Pin
rooms-unpin = Unpin
rooms-unpin-whose = Unpin the message of { $name }
rooms-pinned-now = The message stands at the top of the room.
rooms-unpinned = The message is pinned no more.

sanction-open = Mute, remove or ban
sanction-open-about = Mute, remove or ban { $name }
sanction-heading = { $name }, in this room
sanction-about = This holds in this room alone and ends by itself. They see the rule, your words, until when, and how to contest it.
sanction-what = What follows?
sanction-act-mute = Mute: reads, but does not write
sanction-act-remove = Remove: leaves, and may come back
sanction-act-ban = Ban: stays out
sanction-choose = The message that breaks the rule
sanction-choose-none = They have said nothing that is still here.
sanction-length = For how long?
sanction-do = Decide this
sanction-done-mute = { $name } reads along here, and does not write for now.
sanction-done-remove = { $name } has left the room for now.
sanction-done-ban = { $name } stays out of this room for now.
lasting-minutes = { $count ->
    [one] one minute
   *[other] { $count } minutes
  }
lasting-hours = { $count ->
    [one] one hour
   *[other] { $count } hours
  }
lasting-days = { $count ->
    [one] one day
   *[other] { $count } days
  }

desk-open = This room
desk-heading = This room
desk-slow = How fast may it go?
desk-slow-off = As fast as people like
desk-slow-light = { $seconds } seconds between two messages
desk-slow-firm = { $seconds } seconds between two messages, slower
desk-slow-strong = { $seconds } seconds between two messages, slowest
desk-slow-do = Set the pace
desk-slow-on = The room goes slowly now.
desk-slow-gone = The room goes on as people like.
desk-close-length = Close the room for
desk-close-open-end = as long as it takes
desk-close-words = Why, in your words, for everyone
desk-close-do = Close the room
desk-closed-now = The room is closed for writing.
desk-open-do = Open the room
desk-opened-now = The room is open.
desk-sanctions = Who does not take part now
desk-sanctions-none = Nobody is muted, removed or banned here.
desk-lift = Lift it
desk-lift-whose = Lift it for { $name }
desk-lifted = It is lifted: { $name } can take part again.
rooms-block-whom = Block { $name }
rooms-block-heading = Block this person?
rooms-block-unseen = From this moment you see nothing that they write, in any room, and not that they are there.
rooms-block-unmet = They cannot ask for you, write to you or be matched with you.
rooms-block-untold = They are not told. They can still read what you write in rooms.
rooms-block-team = What the moderators and the team write in the rooms they look after still reaches you.
rooms-block-undo = You can take it back at any time:
rooms-blocked = { $name } is blocked. You find everybody whom you have blocked in your account.
