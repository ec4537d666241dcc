# Messages that are left for a listener: writing one, one's own, and the listener's page.
left-about-profile = This listener can’t be asked right now. You can leave a few words, and they answer when they are here.
left-do-profile = Leave a message
left-title = Leave a message for { $name }
left-lead = When { $name } answers, a chat opens that begins with what you write. Until then you can take it back.
left-days = It waits for { $days } days at the most.
left-text = Your message
left-text-hint = Up to { $most } characters. No contact details, please.
left-send = Leave the message
left-queue = If you would rather talk soon, the next free listener can be asked at any time.
left-queue-link = Ask the next free listener
left-sent-title = Messages you left
left-sent-link = Messages you left for listeners
left-sent-none = No message of yours waits for a listener.
left-sent-to = For
left-until = Waits until
left-state-waiting = Waits for an answer
left-state-answered = Answered
left-state-declined = { $name } can’t answer this time. That has nothing to do with you: listeners are volunteers.
left-state-withdrawn = Taken back
left-state-expired = It had no answer in time. We are sorry. The next free listener can be asked at any time.
left-open-chat = To the chat
left-withdraw = Take it back
left-done-left = Your message waits for them now.
left-done-withdrawn = Your message is taken back.
left-done-declined = Thank you for answering. They are told kindly, and offered the next free listener.
left-waiting-title = Messages left for you
left-waiting-link = Messages left for you
left-waiting-lead = People left these while you were busy or away. When you answer, a chat opens that begins with their words. They may not be here at that moment.
left-waiting-none = No message waits for you.
left-waiting-topic = About:
left-answer = Answer
left-answer-name = { $name }, and open a chat
left-decline = Not this time
left-decline-name = for { $name }
left-profile = Profile, block or report
left-band-label = Messages left for you
left-band = { $count ->
    [one] One message was left for you.
   *[other] { $count } messages were left for you.
  }
left-band-link = Read and answer
