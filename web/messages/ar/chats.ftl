# المحادثة بين شخصين ونهايتها.
chats-list = محادثاتك
chats-queue = الطابور
chats-with = محادثة مع { $name }
chats-open-with = الذهاب إلى المحادثة مع { $name }
chats-earlier = محادثات سابقة
chats-about = موضوع هذه المحادثة:
chats-needs-scripts = الحديث المباشر يحتاج إلى السكربتات، وهي معطلة في هذا المتصفح. للقراءة والكتابة في محادثة، الرجاء تفعيلها لهذا الموقع. المساعدة في الأزمات تعمل من دونها.
chats-unread = { $count ->
    [zero] لا رسائل جديدة
    [one] رسالة جديدة واحدة
    [two] رسالتان جديدتان
    [few] { $count } رسائل جديدة
    [many] { $count } رسالة جديدة
   *[other] { $count } رسالة جديدة
  }
chats-log = الرسائل
chats-earlier-messages = عرض الرسائل السابقة
chats-history-failed = تعذّر تحميل الرسائل السابقة.
chats-start-of-kept = إلى هنا تُحفظ الرسائل.
chats-gap = بعض الرسائل السابقة لم تعد محفوظة، فقد يكون هنا شيء ناقص.
chats-empty-member = مستمعك هنا. يمكنك البدء من حيث تشاء؛ بضع كلمات تكفي.
chats-empty-listener = الشخص هنا. تحية دافئة بداية طيبة.
chats-compose = رسالتك
chats-send = إرسال
chats-left-characters = { $count ->
    [zero] لم يبقَ أي حرف
    [one] بقي حرف واحد
    [two] بقي حرفان
    [few] بقيت { $count } أحرف
    [many] بقي { $count } حرفًا
   *[other] بقي { $count } حرف
  }
chats-too-long = { $count ->
    [zero] لا أحرف زائدة
    [one] حرف واحد زائد
    [two] حرفان زائدان
    [few] { $count } أحرف زائدة
    [many] { $count } حرفًا زائدًا
   *[other] { $count } حرف زائد
  }
chats-sending = جارٍ الإرسال…
chats-not-sent = لم تُرسل.
chats-retry = إعادة الإرسال
chats-discard = تجاهل
chats-wait-until = يمكنك الإرسال من جديد بعد { $seconds ->
    [zero] لحظة
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانية
   *[other] { $seconds } ثانية
  }.
chats-mark-sent = أُرسلت
chats-mark-delivered = وصلت
chats-mark-read = قُرئت
chats-edited = معدَّلة
chats-edit = تعديل
chats-delete = حذف
chats-message-menu = ما يمكنك فعله بهذه الرسالة
chats-save = حفظ
chats-editing = تعديل رسالتك
chats-delete-sure = حذف هذه الرسالة لكما معًا؟
chats-deleted-note = تختفي لدى الجميع هنا فورًا.
chats-removed-author = سُحبت هذه الرسالة.
chats-removed-moderator = أزال الإشراف هذه الرسالة.
chats-typing = { $name }: الكتابة جارية…
chats-typing-several = عدة أشخاص يكتبون…
chats-you = أنت
chats-yours = أنت
chats-help = المساعدة في الأزمات
chats-held-part = الأمر يتعلق بالجزء المعلَّم:
chats-help-hint = تُفتح في علامة تبويب جديدة. تبقى المحادثة مفتوحة.
chats-end = إنهاء المحادثة
chats-end-heading = إنهاء هذه المحادثة؟
chats-end-about = يمكن لكليكما قراءتها، ولا يمكن لأحد الكتابة فيها بعد ذلك. لست مدينًا لأحد بتفسير.
chats-end-way-plain = إنهاؤها فقط
chats-end-way-block = إنهاؤها وحظر هذا الشخص
chats-end-way-block-about = لا تلتقيان هنا مرة أخرى أبدًا، ولا يُقال له السبب.
chats-end-way-report = إنهاؤها والإبلاغ
chats-end-way-report-about = يقرأ المشرفون هذه المحادثة ويقررون. لا تلتقي هذا الشخص هنا مرة أخرى أبدًا.
chats-end-report-words = ماذا حدث؟
chats-end-report-missing = الرجاء كتابة بضع كلمات، كي يعرف المشرفون إلى ماذا ينظرون.
chats-end-do = إنهاء المحادثة
chats-end-keep = مواصلة الحديث
chats-ended = انتهت هذه المحادثة.
chats-ended-you = أنهيت هذه المحادثة.
chats-ended-other = أنهى الشخص الآخر هذه المحادثة.
chats-ended-system = أُغلقت هذه المحادثة.
chats-silence-asked = هل ما زلت هنا؟ هناك من ينتظر كلمة منك منذ بضع دقائق. إن كنت تحتاج إلى لحظة، فيمكنك قول ذلك.
chats-silence-late = عُرض عليه مستمع آخر، لأنه لم يصله منك شيء. كلمة منك ما زالت موضع ترحيب.
chats-silence-offered = مستمعك صامت منذ فترة؛ ربما انقطع اتصاله. يمكنك مواصلة الانتظار هنا، أو المتابعة مع شخص آخر مع الاحتفاظ بمكانك السابق في الطابور.
chats-silence-another = البحث عن شخص آخر
chats-requeue-about = يمكنك المتابعة مع شخص آخر، ويبقى لك مكانك السابق في الطابور.
chats-requeue = البحث عن شخص آخر
chats-requeue-again = التحدث مع مستمع آخر
chats-back-to-queue = العودة إلى الطابور
chats-rate = كيف كانت؟
chats-rate-about = إن أردت. لا يُقال لمستمعك إنك قيّمت، ولا ما قلته.
chats-rate-line-helpfulness = هل ساعدك ذلك؟
chats-rate-line-empathy = هل شعرت بأن هناك من يفهمك؟
chats-rate-line-professionalism = هل كان هناك احترام وعناية؟
chats-rate-line-responsiveness = هل جاءت الردود في وقت مناسب؟
chats-stars = { $count ->
    [zero] دون نجوم من 5
    [one] نجمة واحدة من 5
    [two] نجمتان من 5
    [few] { $count } نجوم من 5
    [many] { $count } نجمة من 5
   *[other] { $count } نجمة من 5
  }
chats-rate-comment = هل تود إضافة شيء؟
chats-rate-comment-hint = يُحفظ مع التقييم، ولا يُعرض على مستمعك.
chats-rate-comment-hint-publish = يُحفظ مع التقييم. لا يُعرض على المستمع، إلا إذا سمحت بذلك أدناه.
chats-rate-publish = يمكن للآخرين قراءة هذا في صفحة المستمع
chats-rate-publish-hint = من دون اسمك ومن دون تاريخ، مع ما قاله آخرون، بعد أن يقرأه الفريق. الرجاء عدم ذكر ما لا يعرفه سواكما.
chats-rate-do = إرسال
chats-rate-skip = ليس الآن
chats-rate-missing = الرجاء اختيار نجوم في كل سطر من الأسطر الأربعة، أو تركها بـ «ليس الآن».
chats-rated = شكرًا لك. هذا يساعد المستمعين على التعلم.
chats-cannot-send = يمكنك القراءة هنا، لكن لا يمكنك الكتابة حاليًا.
chats-loading = جارٍ فتح المحادثة…
