# الدورات وأقسامها واختباراتها.
courses-title = تعلُّم
courses-description = دورات قصيرة عن الاستماع وعن العناية بالنفس، مفتوحة للجميع.
courses-lead = دورات قصيرة، في الوقت الذي يناسبك. النجاح في تدريب المستمعين يفتح الطريق إلى الاستماع.
courses-none = لا توجد دورات هنا بعد.
courses-sections = { $count ->
    [zero] لا أقسام
    [one] قسم واحد
    [two] قسمان
    [few] { $count } أقسام
    [many] { $count } قسمًا
   *[other] { $count } قسم
  }
courses-passed = اجتزتها
courses-course-passed = اجتزت هذه الدورة.
courses-trail = مكانك الآن
courses-contents = محتويات الدورة
courses-with-quiz = مع اختبار قصير
courses-quiz-passed = اجتزت الاختبار
courses-read = قُرئ
courses-done = قرأت هذا
courses-done-next = قرأت هذا، متابعة
courses-pager = الأقسام
courses-previous = القسم السابق
courses-next = القسم التالي
courses-quiz-start = بدء الاختبار القصير
courses-quiz-again = إعادة الاختبار القصير
courses-quiz-title = اختبار قصير: { $title }
courses-quiz-about = الرجاء تحديد إجابة لكل عبارة. تكفي نسبة { $percent } % من الإجابات الصحيحة، ويمكنك المحاولة قدر ما تشاء.
courses-quiz-mark = عرض النتيجة
courses-answer-true = صحيح
courses-answer-false = خطأ
courses-score-title = النتيجة: { $title }
courses-score = { $right } من { $of } صحيحة، { $percent } %.
courses-score-passed = هذا يكفي: اجتزت هذا الاختبار.
courses-score-not-passed = لا يكفي هذا بعد. يمكنك قراءة الشروح والنظر في القسم من جديد، والمحاولة مرة أخرى متى شئت.
courses-explanations = الشروح
courses-answered-true = أجبت بأنها صحيحة.
courses-answered-false = أجبت بأنها خطأ.
courses-was-right = هذا صحيح.
courses-was-wrong = هذا غير صحيح.
courses-to-section = العودة إلى القسم
courses-to-listener = الانضمام إلى المستمعين
