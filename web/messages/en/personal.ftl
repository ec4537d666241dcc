# Asking one particular listener: who can be asked, waiting for the answer, and the listener's side.
personal-title = Choose a listener
personal-description = Trained volunteer listeners who are here now. Ask one of them for a chat, or ask the next free one.
personal-lead = Ask a listener who is free, and they have about a minute to answer. To anybody else you can leave a message.
personal-gate = To see who is here, please answer three short questions first. They keep everybody safe.
personal-gate-do = Go on
personal-as-listener = You are here as a listener. To ask somebody, switch to your member account.
personal-for = What it is about
personal-show = Show listeners
personal-languages = Talks:
personal-online = free to talk
personal-busy = busy right now
personal-offline = not here at the moment
personal-chat-now = Chat now
personal-chat-with = with { $name }
personal-none = No listener who takes this and talks this language can be asked right now.
personal-none-free = Nobody here is free right now.
personal-more = More listeners
personal-look-on = Nobody who fits is on this page. There may be more.
personal-end = No more listeners are here right now.
personal-queue-heading = Or ask the next free listener
personal-queue-about = In the queue, whoever is free first comes to you. It is always open.
personal-queue-do = Ask the next free listener
personal-link-heading = Would you rather choose?
personal-link-about = You can see which listeners are here now, and ask one of them.
personal-link = Choose a listener yourself

personal-ringing = Waiting for { $name }
personal-ringing-about = { $name } has been asked, and can say yes or not now. If yes, the chat opens here by itself.
personal-ringing-plain = { $name } has been asked. This page does not change by itself: please look again in a moment. When the answer is yes, a link to the chat stands here.
personal-ringing-left = Time to answer: about { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
  }.
personal-ringing-until = They have time to answer until
personal-ringing-refresh = Look again
personal-ringing-queue = Rather ask the next free listener
personal-cancel = Stop asking
personal-declined = { $name } can’t talk right now
personal-missed = { $name } did not get to answer
personal-unavailable = { $name } can’t be reached any more
personal-not-you = This has nothing to do with you. Listeners are volunteers, and sometimes they are needed elsewhere.
personal-kept = One press, and you are in the queue for the next free listener. What you chose stays, and you are placed as of when you asked.
personal-other = Choose another listener
personal-elsewhere = Waiting for { $name } to answer.
personal-elsewhere-back = Back to where you wait

personal-asks = { $name } asks for you
personal-asks-about = They chose you. You can say yes or not now; both are fine.
personal-asks-left = { $seconds ->
    [one] One second left
   *[other] { $seconds } seconds left
  }
personal-accept = Accept
personal-decline = Not now
personal-over-declined = Thank you for answering. { $name } is offered the next free listener.
personal-over-missed = { $name } waited for your answer, and is now offered the next free listener.
personal-over-over = { $name } is no longer asking for you.
personal-busy-why = You are set to busy, because people who asked for you had no answer several times in a row. When you are back, set yourself online again.
personal-busy-back = I am back: set me online
