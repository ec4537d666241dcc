# What went wrong, and what to do: one message for each code of a refusal.
errors-title = That did not work
errors-not-found-title = This page is not here
errors-retry-at = You can try again at
errors-retry-in = You can try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
  }.
errors-help = If you need someone now, these ways stay open:
errors-front = The front page
errors-unreachable = The server could not be reached. Please try again in a moment.

error-not-signed-in = Please sign in first, or begin as a guest with “Talk”.
error-gate-first = A few short questions come first. They take about a minute.
error-too-young = This place is for people of 13 and over. There are good services for your age, see “Help now”.
error-not-allowed = You can’t do this.
error-not-found = This is not here, or not for you to see.
error-name-taken = Somebody has this name already. Please choose another one.
error-name-not-allowed = This name can’t be used here. Please choose another one.
error-password-too-short = The password needs at least 10 characters.
error-password-too-common = This password is on lists of known passwords. Please choose another one.
error-wrong-credentials = Name and password do not belong together. Please check both.
error-already-signed-up = This account has a password already. Sign in with it.
error-already-waiting = You are in the queue already.
error-already-in-chat = You are in a chat already. Please end it first.
error-already-taken = Another listener was a moment faster.
error-nobody-waiting = Nobody is waiting whom you could take right now.
error-too-fast = That was a little fast. Please wait a moment.
error-on-break = This listener is on a break, and will be back.
error-muted = You can read, but not write at present.
error-banned = You can’t take part at present. “Your standing” says why, and how to contest it.
error-chat-ended = This chat has ended.
error-too-late-to-change = Messages can be changed for 5 minutes only.
error-not-yours = This is not yours to change.
error-already-rated = You have rated this chat already. Thank you.
error-already-marked = This quiz has been marked already. You can take it again.
error-not-passed = The training comes first.
error-bad-input = Something in what was sent is missing or wrong. Please check it.
error-too-large = This is too long. Please make it shorter.
error-head-too-large = Your browser sent more with this request than we can take. Deleting this site’s cookies helps.
error-unknown-frame = This page and the server do not understand each other. Please load the page again.
error-already-contested = You have contested this already. Somebody looks at it, or has looked at it.
error-too-late-to-contest = The time to contest this is over.
error-crisis-no-offence = This is about somebody’s own danger, and that is never an offence. Please get them help instead: ask a colleague to join you, and show them the crisis help.
error-conflict = Somebody changed this in the meantime. Please look again.
error-room-retired = This room is closed for good.
error-not-a-listener = Only listeners can do this.
error-blocked = You can’t reach this person.
error-busy-try-later = Very many people are here right now. Please try again in a moment.
error-server-error = Something broke on our side. Please try again in a moment.
error-wait-before-warning = You warned this person less than a minute ago. Please wait a moment.
error-agreement-outdated = The agreement has changed. Please read the new version.
error-bad-origin = This came from another site, so it was not done.
error-bad-csrf = This page was open for too long. Please load it again.
error-method-not-allowed = That can’t be done here.
error-age-fixed = Your age group is set already. If it is wrong, the staff can change it.
error-not-subscribed = You are not in this room or chat at present. Please load the page again.
error-at-capacity = You have as many chats as you can have at once. Please end one first.
