# الغرف، وما يفعله المشرفون فيها.
rooms-title = الغرف
rooms-description = غرف يتحدث فيها عدة أشخاص معًا عن شيء واحد، مع مشرفين يعتنون بالمكان.
rooms-lead = عدة أشخاص يتحدثون معًا، والمشرفون يعتنون بالمكان. يمكنك الاكتفاء بالقراءة.
rooms-what = كل غرفة عن شيء واحد: ليلة صعبة، أو شيء ضاع، أو مجرد يوم عادي. يكتب فيها من هم في فئتك العمرية بعضهم لبعض، ويمكنك الدخول والخروج كما تشاء.
rooms-gate = قبل أن ترى الغرف، نطرح سؤالين قصيرين، كي يتحدث اليافعون والبالغون كلٌّ على حدة، وتكون المساعدة قريبة ممن يحتاج إليها.
rooms-gate-do = الإجابة عنهما الآن
rooms-none = لا توجد غرفة مفتوحة لك حاليًا.
rooms-age-teen = لليافعين
rooms-age-adult = للبالغين
rooms-for-listeners = للمستمعين فقط
rooms-present = { $count ->
    [0] لا أحد هنا بعد
    [zero] لا أحد هنا بعد
    [one] شخص واحد هنا
    [two] شخصان هنا
    [few] { $count } أشخاص هنا
    [many] { $count } شخصًا هنا
   *[other] { $count } شخص هنا
  }
rooms-and-more = { $count ->
    [zero] ولا أحد غيرهم
    [one] وشخص آخر
    [two] وشخصان آخران
    [few] و{ $count } آخرون
    [many] و{ $count } آخرون
   *[other] و{ $count } آخرون
  }
rooms-needs-scripts = الحديث هنا يحتاج إلى السكربتات، وهي معطلة في هذا المتصفح. هذه هي الرسائل الأخيرة.
rooms-rules = قواعد الغرف
rooms-rules-1 = اللطف مع الآخرين. يمكن الاختلاف مع ما يُقال، لا مع هوية من يقوله.
rooms-rules-2 = لا إعطاء لبيانات التواصل ولا طلب لها.
rooms-rules-3 = لا ذكر لكيفية فعل شيء لإيذاء النفس أو الآخرين.
rooms-rules-4 = يمكنك أن تقول إنك في خطر. هذا ليس مخالفة أبدًا.
rooms-rules-seen = مفهوم
rooms-all = كل الغرف
rooms-empty = لم يكتب أحد شيئًا بعد.
rooms-left = لم تعد في هذه الغرفة.
rooms-left-until = يمكنك العودة عند
rooms-enter-again = الدخول من جديد
rooms-moderate-message = الإشراف على رسالة { $name }
rooms-remove = إزالة الرسالة
rooms-remove-heading = إزالة هذه الرسالة؟
rooms-remove-about = لا يراها أحد بعد هذه اللحظة. يُسجَّل هذا الفعل.
rooms-remove-note = ملاحظة للسجل
rooms-remove-do = إزالة
rooms-warn = تنبيه
rooms-warn-heading = تنبيه { $name }
rooms-warn-about = يرى هذا الشخص القاعدة وكلماتك. تنبيه آخر عن الشيء نفسه خلال 30 ثانية يُحتسب مرة واحدة. ما يقوله أحد عن خطر يهدده ليس مخالفة أبدًا.
rooms-warn-words = كلماتك إليه
rooms-warn-words-missing = الرجاء كتابة ما تود قوله له.
rooms-warn-do = تنبيه
rooms-rule = أي قاعدة؟
rooms-warned = { $count ->
    [zero] تم التنبيه. ما يترتب عليه:
    [one] تم التنبيه. هذا تنبيهه الأول حاليًا. ما يترتب عليه:
    [two] تم التنبيه. هذا تنبيهه الثاني حاليًا. ما يترتب عليه:
    [few] تم التنبيه. هذا تنبيهه رقم { $count } حاليًا. ما يترتب عليه:
    [many] تم التنبيه. هذا تنبيهه رقم { $count } حاليًا. ما يترتب عليه:
   *[other] تم التنبيه. هذا تنبيهه رقم { $count } حاليًا. ما يترتب عليه:
  }
rooms-warned-already = كان مشرف آخر قد نبّهه للتو إلى هذا. يصله ذلك مرة واحدة.
rooms-removed = أُزيلت الرسالة.
rooms-reply = رد
rooms-replying = الرد على { $name }
rooms-reply-stop = إلغاء الرد
rooms-in-reply = ردًا على { $name }
rooms-slow = هذه الغرفة بطيئة الآن: يكتب كل شخص مرة كل { $seconds } ثانية.
rooms-slow-not-you = لا يسري هذا على المشرفين.
rooms-closed = هذه الغرفة مغلقة للكتابة الآن.
rooms-closed-read = يمكنك القراءة.
rooms-closed-moderators = المشرفون وحدهم يكتبون.
rooms-closed-until = حتى
rooms-closed-write = ما بدأت بكتابته محفوظ حتى تُفتح الغرفة. إذا كنت تحتاج إلى أحد الآن، فهناك مستمعون و«مساعدة الآن».
rooms-muted-until = قرر الإشراف أن تقرأ في هذه الغرفة من دون أن تكتب حتى
rooms-pinned = { $count ->
    [zero] لا رسائل مثبتة
    [one] رسالة مثبتة واحدة
    [two] رسالتان مثبتتان
    [few] { $count } رسائل مثبتة
    [many] { $count } رسالة مثبتة
   *[other] { $count } رسالة مثبتة
  }
rooms-pin = تثبيت
rooms-unpin = إلغاء التثبيت
rooms-unpin-whose = إلغاء التثبيت: رسالة { $name }
rooms-pinned-now = الرسالة الآن في أعلى الغرفة.
rooms-unpinned = لم تعد الرسالة مثبتة.

sanction-open = إسكات أو إخراج أو منع
sanction-open-about = إسكات أو إخراج أو منع: { $name }
sanction-heading = { $name }، في هذه الغرفة
sanction-about = يسري هذا في هذه الغرفة وحدها وينتهي تلقائيًا. يرى هذا الشخص القاعدة وكلماتك، وحتى متى، وكيف يعترض عليه.
sanction-what = ما الذي يترتب؟
sanction-act-mute = إسكات: يقرأ ولا يكتب
sanction-act-remove = إخراج: يغادر، ويمكنه العودة لاحقًا
sanction-act-ban = منع: يبقى خارجًا
sanction-choose = الرسالة التي تخالف القاعدة
sanction-choose-none = لم يقل شيئًا ما زال موجودًا هنا.
sanction-length = لأي مدة؟
sanction-do = اتخاذ هذا القرار
sanction-done-mute = يقرأ { $name } هنا ولا يكتب حاليًا.
sanction-done-remove = غادر { $name } الغرفة حاليًا.
sanction-done-ban = يبقى { $name } خارج هذه الغرفة حاليًا.
lasting-minutes = { $count ->
    [zero] أقل من دقيقة
    [one] دقيقة واحدة
    [two] دقيقتان
    [few] { $count } دقائق
    [many] { $count } دقيقة
   *[other] { $count } دقيقة
  }
lasting-hours = { $count ->
    [zero] أقل من ساعة
    [one] ساعة واحدة
    [two] ساعتان
    [few] { $count } ساعات
    [many] { $count } ساعة
   *[other] { $count } ساعة
  }
lasting-days = { $count ->
    [zero] أقل من يوم
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
  }

desk-open = هذه الغرفة
desk-heading = هذه الغرفة
desk-slow = ما السرعة المناسبة؟
desk-slow-off = كما يشاء الناس
desk-slow-light = { $seconds } ثانية بين رسالتين
desk-slow-firm = { $seconds } ثانية بين رسالتين، أبطأ
desk-slow-strong = { $seconds } ثانية بين رسالتين، الأبطأ
desk-slow-do = تحديد السرعة
desk-slow-on = الغرفة بطيئة الآن.
desk-slow-gone = تسير الغرفة كما يشاء الناس.
desk-close-length = إغلاق الغرفة لمدة
desk-close-open-end = ما يلزم من الوقت
desk-close-words = السبب بكلماتك، للجميع
desk-close-do = إغلاق الغرفة
desk-closed-now = الغرفة مغلقة للكتابة.
desk-open-do = فتح الغرفة
desk-opened-now = الغرفة مفتوحة.
desk-sanctions = من لا يشارك الآن
desk-sanctions-none = لا أحد هنا مُسكَت أو مُخرَج أو ممنوع.
desk-lift = رفعه
desk-lift-whose = رفعه عن { $name }
desk-lifted = رُفع القرار: يمكن لـ { $name } المشاركة من جديد.
rooms-block-whom = حظر { $name }
rooms-block-heading = هل تريد حظر هذا الشخص؟
rooms-block-unseen = من هذه اللحظة لا ترى شيئًا مما يكتبه، في أي غرفة، ولا أنه موجود فيها.
rooms-block-unmet = لا يمكنه أن يطلبك أو يكتب إليك، ولن يجمعكما حديث أبدًا.
rooms-block-untold = لا يُخبَر بذلك. ويمكنه أن يقرأ ما تكتبه في الغرف.
rooms-block-team = ما يكتبه المشرفون والفريق في الغرف التي يعتنون بها يصل إليك كما كان.
rooms-block-undo = يمكنك التراجع في أي وقت:
rooms-blocked = تم حظر { $name }. تجد في حسابك كل من حظرتهم.
