# The 1-to-1 chat and its end.
chats-list = Your chats
chats-queue = The queue
chats-with = Chat with { $name }
chats-open-with = Go to the chat with { $name }
chats-earlier = Earlier chats
chats-about = This chat is about:
chats-needs-scripts = Live talking needs scripts, and they are switched off in this browser. To read and write in a chat, please switch them on for this site. Crisis help works without them.
chats-unread = { $count ->
    [one] one new message
   *[other] { $count } new messages
  }
chats-log = Messages
chats-earlier-messages = Show earlier messages
chats-history-failed = Earlier messages could not be loaded.
chats-start-of-kept = This is as far back as messages are kept.
chats-gap = Some earlier messages are no longer kept, so there may be a gap here.
chats-empty-member = Your listener is here. Begin wherever you like; a few words are enough.
chats-empty-listener = They are here. A warm hello is a good beginning.
chats-compose = Your message
chats-send = Send
chats-left-characters = { $count ->
    [one] One character left
   *[other] { $count } characters left
  }
chats-too-long = { $count ->
    [one] One character too many
   *[other] { $count } characters too many
  }
chats-sending = Sending…
chats-not-sent = Not sent.
chats-retry = Send again
chats-discard = Discard
chats-wait-until = You can send again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
  }.
chats-mark-sent = sent
chats-mark-delivered = delivered
chats-mark-read = read
chats-edited = edited
chats-edit = Edit
chats-delete = Delete
chats-message-menu = What you can do with this message
chats-save = Save
chats-editing = Editing your message
chats-delete-sure = Delete this message for both of you?
chats-deleted-note = It disappears for everyone here, at once.
chats-removed-author = This message was taken back.
chats-removed-moderator = A moderator removed this message.
chats-typing = { $name } is writing…
chats-typing-several = Several people are writing…
chats-you = you
chats-yours = You
chats-help = Crisis help
chats-held-part = It is about the marked part:
chats-help-hint = Opens in a new tab. The chat stays open.
chats-end = End the chat
chats-end-heading = End this chat?
chats-end-about = Both of you can read it, but nobody can write in it any more. You owe nobody a reason.
chats-end-way-plain = Just end it
chats-end-way-block = End it and block this person
chats-end-way-block-about = You never meet again here, and they are not told why.
chats-end-way-report = End it and report
chats-end-way-report-about = Moderators read this chat and decide. You never meet this person again here.
chats-end-report-words = What happened?
chats-end-report-missing = Please write a few words, so that the moderators know what to look at.
chats-end-do = End the chat
chats-end-keep = Keep talking
chats-ended = This chat has ended.
chats-ended-you = You ended this chat.
chats-ended-other = The other person ended this chat.
chats-ended-system = This chat was closed.
chats-silence-asked = Are you still there? They have been waiting for a word from you for a few minutes. If you need a moment, tell them so.
chats-silence-late = They have been offered another listener, because they heard nothing from you. A word from you is still welcome.
chats-silence-offered = Your listener has been quiet for a while; perhaps their connection is gone. You can go on waiting here, or go on with someone else and keep your old place in the queue.
chats-silence-another = Look for someone else
chats-requeue-about = You can go on with someone else, and you keep your old place in the queue.
chats-requeue = Look for someone else
chats-requeue-again = Talk to another listener
chats-back-to-queue = Back to the queue
chats-rate = How was it?
chats-rate-about = If you like. Your listener is not told that you rated, nor what you said.
chats-rate-line-helpfulness = Did it help?
chats-rate-line-empathy = Did you feel understood?
chats-rate-line-professionalism = Were they respectful and careful?
chats-rate-line-responsiveness = Did they answer in good time?
chats-stars = { $count ->
    [one] { $count } star of 5
   *[other] { $count } stars of 5
  }
chats-rate-comment = Anything you want to add?
chats-rate-comment-hint = It is kept with the rating, and not shown to your listener.
chats-rate-comment-hint-publish = It is kept with the rating. Your listener is not shown it, unless you allow it below.
chats-rate-publish = Others may read this on the listener’s profile
chats-rate-publish-hint = Without your name and without a date, together with what others said, after staff have read it. Please leave out what only the two of you know.
chats-rate-do = Send
chats-rate-skip = Not now
chats-rate-missing = Please choose stars in each of the four lines, or leave it with “Not now”.
chats-rated = Thank you. That helps listeners learn.
chats-cannot-send = You can read here, but not write at present.
chats-loading = Opening the chat…
