# The frame of every page.
site-description = Someone to talk to, day and night: trained volunteer listeners, rooms with others, and short courses. Free, and without giving your real name.
site-skip-to-content = Skip to the content
site-skip-to-navigation = Skip to the navigation
site-navigation = Main
site-nav-talk = Talk
site-nav-rooms = Rooms
site-nav-learn = Learn
site-nav-listen = Listen
site-nav-account = You
site-switch = Switch
site-nav-sign-in = Sign in
site-help-now = Help now
site-leave = Leave
site-leave-long = Leave this site now
site-leave-hint = Leaves this site at once. Pressing Shift three times does the same.
site-footer-what = Listeners here are trained volunteers. They are not doctors or therapists, and they cannot come to you in an emergency.
site-footer-navigation = About this place
site-footer-help = Crisis help by country
site-footer-guidelines = Community guidelines
site-footer-agreement = Member agreement
site-footer-privacy = Privacy
site-footer-listener = Become a listener
site-footer-staff = Staff
site-footer-leave = To leave quickly, press Shift three times or use Leave. Your browser still remembers that you were here.
site-languages = Language of these pages
site-optional = (optional)
site-connecting = Connecting…
site-offline = The connection is lost. Trying again by itself. What you write is kept.
site-offline-wait = The connection is lost. Trying again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
  }. What you write is kept.
site-try-now = Try now
site-ended = You have been signed out, so this page no longer receives anything.
site-back-online = Connected again.
site-close = Close
site-cancel = Cancel
site-elsewhere-place = { $place ->
    [1] You are next in the queue.
   *[other] You are number { $place } in the queue.
  }
site-elsewhere-kept = Your place is kept while this page is open.
site-elsewhere-to-queue = Back to the queue
site-elsewhere-here = A listener is here for you: { $name }.
site-elsewhere-open = Your chat with { $name } is open.
site-elsewhere-to-chat = Go to the chat
