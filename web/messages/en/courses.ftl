# Courses, their sections and quizzes.
courses-title = Learn
courses-description = Short courses on listening and on looking after yourself, open to everyone.
courses-lead = Short courses, in your own time. Passing the listener training opens the way to listening.
courses-none = No course is here yet.
courses-sections = { $count ->
    [one] one section
   *[other] { $count } sections
  }
courses-passed = passed
courses-course-passed = You have passed this course.
courses-trail = Where you are
courses-contents = Contents of the course
courses-with-quiz = with a quiz
courses-quiz-passed = quiz passed
courses-read = read
courses-done = I have read this
courses-done-next = I have read this, go on
courses-pager = Sections
courses-previous = Section before
courses-next = Next section
courses-quiz-start = Take the quiz
courses-quiz-again = Take the quiz again
courses-quiz-title = Quiz: { $title }
courses-quiz-about = Mark each statement. { $percent } % right is enough, and you can try as often as you like.
courses-quiz-mark = See how it went
courses-answer-true = True
courses-answer-false = False
courses-score-title = How it went: { $title }
courses-score = { $right } of { $of } right, { $percent } %.
courses-score-passed = That is enough: this quiz is passed.
courses-score-not-passed = Not enough yet. Read the explanations, look at the section again, and try once more whenever you like.
courses-explanations = Explanations
courses-answered-true = You marked it as true.
courses-answered-false = You marked it as false.
courses-was-right = That is right.
courses-was-wrong = That is not right.
courses-to-section = Back to the section
courses-to-listener = Become a listener
