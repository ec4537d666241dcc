# A parent's consent: the young person's page, the parent's page, and the letters. None of it says anything of what is talked about.
consent-title = A parent’s consent
consent-band = You are between 13 and 17, so a parent has to agree before you talk with others here.
consent-band-link = Ask a parent, and see what is open now
consent-lead = You are welcome here. Because you are between 13 and 17, we ask a parent, or whoever looks after you, before you talk with others. Everything else is open to you now.
consent-not-needed = Nothing is missing: you can talk with others here.
consent-given = Your parent has agreed. You can talk with others here.
consent-ask = Ask a parent
consent-ask-again = Ask again, or ask somebody else
consent-how = We send a letter that says what this place is, and asks whether they agree. It says nothing of what brings you here, and not what you are called here. Later a second letter asks again, to be sure.
consent-email = Their e-mail address
consent-email-hint = Of a parent, or of whoever has the care of you. We forget it when they have answered.
consent-send = Send the letter
consent-asked = A letter is on its way to { $to }. They are asked to say yes or no on a page.
consent-once = They have said yes once. A second letter to { $to } asks them to confirm it. Then you can talk with others.
consent-second-at = The second letter goes:
consent-until = They can answer until:
consent-look-again = See whether they have answered
consent-no = The answer was no. If you want to, talk about it with them, and ask again later. Everything below stays open to you.
consent-withdrawn = The consent was taken back, so you cannot talk with others for now. It is not a punishment, and you did nothing wrong. Everything below stays open to you.
consent-expired = Nobody has answered in time. You can ask again.
consent-no-mail = This site cannot send letters at present, so it cannot ask a parent. Everything below is open to you.
consent-open = Open to you now
consent-open-learn = Short courses that help: for yourself, and for being there for others
consent-open-help = Crisis help: people trained for this, for your country. Nobody is asked first
consent-hard = If it is hard to ask at home
consent-hard-about = Sometimes a parent is the one you cannot ask. You are not alone with that. Helplines for young people listen without asking anybody first, and you need not give your name. A teacher, a school nurse or a doctor is somebody to ask, too.
consent-hard-help = Who you can reach
consent-guest = You are a guest: the consent belongs to this account, in this browser. With a password you keep both.

parent-title = Do you agree?
parent-lead-first = A young person has told us that you are their parent, or have the care of them. They would like to talk with others here, and we ask you first.
parent-lead-second = You have said yes some time ago. Please confirm it: only then may they talk with others here.
parent-what = What this place is
parent-what-about = People talk here in writing, without their real names: with trained volunteers who listen, and in small rooms that moderators look after. Young people of 13 to 17 talk among themselves and with listeners whom we have checked; adults do not reach them. Listeners are not doctors or therapists. It is free.
parent-means = What your consent means
parent-means-about = The young person may talk with listeners and in rooms for their age. Without it they can still read, take courses, and find crisis help.
parent-private = What they talk about stays theirs. We tell nobody, you included, and this page will never show it.
parent-withdraw = You can take it back
parent-withdraw-about = At any time: the second letter, and the one after it, have a link for that. It holds at once.
parent-kept = Once you have answered we forget your address. We keep that and when you agreed, and a fingerprint of the address by which we see to it that nobody is flooded with such letters.
parent-twice = { $hours ->
    [0] A moment after your yes, a second letter asks you to confirm it.
    [one] About an hour after your yes, a second letter asks you to confirm it.
   *[other] About { $hours } hours after your yes, a second letter asks you to confirm it.
  }
parent-agree-first = Yes, I am their parent, and I agree
parent-agree-second = Yes, I confirm it
parent-refuse = No, I do not agree
parent-done-once = { $hours ->
    [0] Thank you. A second letter comes in a moment: please confirm there.
    [one] Thank you. In about an hour a second letter comes: please confirm there.
   *[other] Thank you. In about { $hours } hours a second letter comes: please confirm there.
  }
parent-done-given = Thank you. They can talk with others now. A last letter brings you the link by which you can take it back at any time.
parent-done-no = Thank you for answering. They will not talk with others here, and we have forgotten your address. Crisis help stays open to them, as it is to everybody.
parent-withdraw-title = Take back your consent
parent-withdraw-lead = From now on the young person could not talk with others here. What is open ends at once.
parent-withdraw-thought = If you can, tell them yourself first: for some, it is a hard moment to be cut off. Reading, courses and crisis help stay open to them.
parent-withdraw-do = Take it back now
parent-withdrawn = Your consent is taken back. It holds already.

mail-consent-first-subject = Somebody asks for your consent
mail-consent-first = Hello,

  a young person has given us this address as that of their parent, or of whoever has the care of them. They would like to use { $site }, and as they are between 13 and 17 we ask you first.

  What it is: people talk there in writing, without their real names, with trained volunteers who listen, and in small rooms that moderators look after. Young people talk among themselves and with listeners whom we have checked. The volunteers are not doctors or therapists. It is free.

  What your consent means: they may talk with others there. What they talk about stays theirs; nobody is told of it. You can take your consent back at any time, by a link in our next letters.

  Say yes or no here, within { $days } days:

  { $link }

  If you are not a parent of anybody who could have meant you, or do not want this, say no there, or do nothing: then nothing happens, and the address is forgotten.
mail-consent-second-subject = Please confirm your consent
mail-consent-second = Hello,

  some time ago somebody said yes on the page of our first letter: that a young person in your care may talk with others on { $site }.

  If it was you, please confirm it here, within { $days } days. Only then does it count:

  { $link }

  If it was not you, or you have thought better of it, take it back here:

  { $withdraw }
mail-consent-given-subject = Your consent is confirmed
mail-consent-given = Hello,

  thank you. The young person in your care may now talk with others on { $site }.

  You can take that back at any time; it then holds at once. Please keep this letter for the link:

  { $link }

  We have forgotten your address now, so this is our last letter.
