# إطار كل صفحة.
site-description = شخص تتحدث معه، ليلًا ونهارًا: مستمعون متطوعون مدرَّبون، وغرف مع آخرين، ودورات قصيرة. مجانًا، ومن دون ذكر الاسم الحقيقي.
site-skip-to-content = الانتقال إلى المحتوى
site-skip-to-navigation = الانتقال إلى قائمة التنقل
site-navigation = القائمة الرئيسية
site-nav-talk = تحدُّث
site-nav-rooms = الغرف
site-nav-learn = تعلُّم
site-nav-listen = استماع
site-nav-account = حسابي
site-nav-sign-in = تسجيل الدخول
site-help-now = مساعدة الآن
site-leave = خروج
site-leave-long = خروج من هذا الموقع الآن
site-leave-hint = مغادرة هذا الموقع فورًا. الضغط على مفتاح Shift ثلاث مرات يفعل الشيء نفسه.
site-footer-what = المستمعون هنا متطوعون مدرَّبون. ليسوا أطباء ولا معالجين، ولا يمكنهم القدوم إليك في حالة طارئة.
site-footer-navigation = عن هذا المكان
site-footer-help = المساعدة في الأزمات حسب البلد
site-footer-guidelines = إرشادات المجتمع
site-footer-agreement = اتفاقية الأعضاء
site-footer-privacy = الخصوصية
site-footer-listener = الانضمام إلى المستمعين
site-footer-staff = الفريق
site-footer-leave = للمغادرة بسرعة، يكفي الضغط على مفتاح Shift ثلاث مرات أو على «خروج». متصفحك يتذكر مع ذلك أنك كنت هنا.
site-languages = لغة هذه الصفحات
site-optional = (اختياري)
site-connecting = جارٍ الاتصال…
site-offline = انقطع الاتصال، وتجري المحاولة من جديد تلقائيًا. ما تكتبه محفوظ.
site-offline-wait = انقطع الاتصال. المحاولة التالية بعد { $seconds ->
    [zero] لحظة
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانية
   *[other] { $seconds } ثانية
  }. ما تكتبه محفوظ.
site-try-now = المحاولة الآن
site-ended = سُجِّل خروجك، فلم تعد هذه الصفحة تستقبل شيئًا.
site-back-online = عاد الاتصال.
site-close = إغلاق
site-cancel = إلغاء
site-elsewhere-place = { $place ->
    [1] دورك هو التالي في الطابور.
   *[other] رقمك في الطابور { $place }.
  }
site-elsewhere-kept = مكانك محفوظ ما دامت هذه الصفحة مفتوحة.
site-elsewhere-to-queue = العودة إلى الطابور
site-elsewhere-here = يوجد مستمع هنا من أجلك: { $name }.
site-elsewhere-open = محادثتك مع { $name } مفتوحة.
site-elsewhere-to-chat = الذهاب إلى المحادثة
site-switch = انتقال
