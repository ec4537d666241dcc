# Warnings as the warned person sees them, the rules and what follows.
moderation-band-label = Notes from moderators
moderation-band = { $count ->
    [one] A moderator left you a note.
   *[other] Moderators left you { $count } notes.
  }
moderation-band-link = Read it
moderation-title = Notes from moderators
moderation-lead = What moderators told you, which rule it was about, and what follows.
moderation-none = There are none.
moderation-muted-until = You can write in rooms again from
moderation-in-room = In the room
moderation-notice = A moderator has something to tell you
moderation-rule = The rule
moderation-words = Their words
moderation-follows = What follows
moderation-until = Until
moderation-contest = If you see it differently
moderation-contest-how = You can contest a note. Talk to any moderator or to someone of the staff; somebody other than the one who warned you looks at it. Notes fade after a day.
moderation-seen = I have read this
moderation-all = All notes

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
