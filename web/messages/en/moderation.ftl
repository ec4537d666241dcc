# Warnings as the warned person sees them, the rules and what follows.
moderation-band-label = About your standing
moderation-band = { $count ->
    [one] There is something new about your standing.
   *[other] There are { $count } new things about your standing.
  }
moderation-band-link = Read it
moderation-muted-until = You can write in rooms again from
moderation-in-room = In the room
moderation-notice = A moderator has something to tell you
moderation-rule = The rule
moderation-words = Their words
moderation-follows = What follows
moderation-until = Until
moderation-contest = If you see it differently
moderation-contest-how = You can contest a note: write down how you see it, and somebody other than the one who warned you looks at it. If they agree with you, all that followed from it is undone.
moderation-contest-link = Contest it
moderation-contest-until = You can do that until
moderation-decided = A moderator has decided something about you
moderation-decided-contest = You can contest this: write down how you see it, and somebody other than the one who decided looks at it. If they agree with you, it is undone.
moderation-seen = I have read this
moderation-all = Your standing

rule-kindness = Be kind
rule-contact = No contact details
rule-spam = No repeated or sold messages
rule-off-topic = Stay with what the room is for
rule-graphic = No details of harm
rule-pressure = Put nobody under pressure
rule-other = Something else

step-notice = Nothing for now. Please keep to the rule.
step-mute = You can read, but not write in rooms for a while.
step-remove = You are taken out of this room for a while.
step-ban = You can’t enter rooms for now.
step-message-removed = The message is gone. Nothing else follows.
step-room-mute = You can read, but not write in this room for a while.
step-room-remove = You are taken out of this room for a while.
step-room-ban = You can’t enter this room for now.
step-site-ban = You can’t take part for now. Help now stays open, and so does this page.

warn-danger-option = They may be in danger
warn-danger-never = A crisis is never an offence: nobody is warned for it.
warn-danger-answer = Answer them here, calmly, and say that they are welcome to say it.
warn-danger-colleague = Ask another moderator or the staff to join you. You need not carry this alone.
warn-danger-show = Show them the crisis help of their country, and that they can talk to someone now.

standing-title = Your standing
standing-lead = Everything that moderators and staff have decided about you: what, why, until when, and how to contest it. Nobody else sees this page.
standing-none = There is nothing. Nobody has decided anything about you.
standing-counting = { $count ->
    [0] No warning counts at present.
    [one] One warning counts at present.
   *[other] { $count } warnings count at present.
  }
standing-seen = I have read this
standing-in-room = in
standing-what-warning = A note from a moderator
standing-what-removal = A message of yours was removed
standing-what-sanction = A moderator’s decision for one room
standing-what-ban = A ban from this site
standing-evidence = What you had written
standing-words-ban = The reason
standing-source = Decided by
standing-source-human = a person
standing-source-machine = a machine
standing-state-in-force = in force
standing-state-ended = over
standing-state-overturned = undone
standing-contest = I see it differently
standing-contest-how = Say in your own words how it was. Somebody other than the first reads it, and you find their answer here. You can do this once for each decision.
standing-contest-until = This is open until
standing-contest-text = How do you see it?
standing-contest-do = Contest this
standing-contest-open = contested
standing-contest-upheld = stands
standing-contest-overturned = you were right
standing-you-said = What you wrote
standing-waits = Somebody other than the first will read it. The answer will be here.
standing-outcome-upheld = It was looked at again, and it stands.
standing-outcome-overturned = It was looked at again, and undone, with all that followed from it.
standing-danger = Nothing that you say about being in danger yourself is ever an offence.

given-heading = Notes given here
given-about = What moderators told people in this room, as long as it counts.
given-none = There are none.
given-open = Notes given
given-by = by { $name }
given-unseen = not read yet: it waits for them
given-seen = read
given-not-counted = same incident, not counted again
given-contested = contested
given-overturned = undone
