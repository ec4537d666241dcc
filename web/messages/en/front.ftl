# The front page: what brings you, and the ways on from here.
front-title = Someone to talk to
front-heading = You don’t have to carry it alone.
front-lead = Talk with a trained volunteer who listens: in writing, for free, without giving your real name.
front-what-brings-you = What brings you here?
front-talk-now = Talk to a listener
front-rather = Or rather something else
front-brings = You told us what brings you: { $topic }.
front-listening = { $count ->
    [one] One listener is here now.
   *[other] { $count } listeners are here now.
  }
front-always-open = Open day and night, everywhere.
front-waiting = { $count ->
    [one] One person is waiting.
   *[other] { $count } people are waiting.
  }
front-danger-heading = Are you in danger, or thinking of ending your life?
front-danger = People trained for this can be reached now, by phone, by text or in a chat.
front-danger-link = See who you can reach
front-other-ways = Other ways to begin
front-rooms = Sit with others in a room
front-rooms-about = Several people talk together, and moderators take care. You can just read along.
front-learn = Read something that helps
front-learn-about = Short courses on listening, to others and to yourself. Open to all.
front-listen = Listen to someone
front-listen-about = Take the training, and be there for someone else.
front-sign-up = Keep your place
front-sign-up-about = With a password you can come back to the same name and chats from any device.
front-how = What happens when you talk
front-how-1 = You say what it is about, in one choice. The first time, you answer two short questions and read what we agree on.
front-how-2 = You wait in one queue for the whole world. You see your place and an honest estimate.
front-how-3 = A listener opens the chat. You can end it at any time, without giving a reason.
