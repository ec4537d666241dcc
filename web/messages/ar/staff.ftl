# صفحة الفريق.
staff-title = الفريق
staff-needs-scripts = هذه الصفحة تحتاج إلى السكربتات. كل ما فيها متاح أيضًا عبر واجهة API.
staff-api = واجهة API
staff-api-document = وثيقة OpenAPI
staff-api-parameters = المعاملات
staff-api-body = المحتوى
staff-api-answers = الردود
staff-sections = الأقسام
staff-section-rooms = الغرف
staff-section-requests = الطلبات المنتظرة
staff-section-reports = البلاغات
staff-section-contests = الاعتراضات
staff-section-bans = حالات المنع
staff-section-sanctions = قرارات في الغرف
staff-section-ages = الأعمار
staff-section-limits = الحدود
staff-section-audit = سجل الأفعال
staff-section-courses = الدورات
staff-section-people = الأشخاص
staff-table = جدول: { $title }
staff-loading = جارٍ التحميل…
staff-more = عرض المزيد
staff-none = لا يوجد شيء.
staff-done = تم.
staff-refresh = تحديث
staff-room-new = غرفة جديدة
staff-room-slug = العنوان
staff-room-slug-hint = أحرف لاتينية صغيرة وأرقام وشرطات، كما في quiet-corner.
staff-room-title = الاسم
staff-room-about = الغرض منها
staff-room-age = العمر
staff-room-audience = لمن
staff-room-audience-members = الأعضاء والمستمعون
staff-room-audience-listeners = المستمعون فقط
staff-room-language = اللغة
staff-room-language-hint = رمزها، كما في en أو pt-BR.
staff-room-create = إنشاء الغرفة
staff-room-save = حفظ
staff-room-edit = تعديل { $title }
staff-room-retire = إغلاق نهائي: { $title }
staff-room-retire-short = إغلاق نهائي
staff-room-retire-sure = إغلاق هذه الغرفة نهائيًا؟ يُخرَج كل من فيها، ولا تُفتح بعد ذلك.
staff-room-moderators = المشرفون في { $title }
staff-room-moderators-short = المشرفون
staff-room-edit-short = تعديل
staff-moderator-add = إضافة مشرف
staff-moderator-remove = إزالة { $name }
staff-moderator-remove-short = إزالة
staff-name = الاسم
staff-name-hint = من دون @.
staff-nobody = لا أحد هنا بهذا الاسم. الرجاء التحقق من كتابته.
staff-request-column-person = الشخص
staff-request-column-topic = الموضوع
staff-request-column-language = اللغة
staff-request-column-age = العمر
staff-request-column-severity = الشدة
staff-request-column-since = منذ
staff-request-column-state = الحالة
staff-request-column-held = لدى
staff-ban-new = منع جديد
staff-ban-reason = السبب
staff-ban-reason-hint = يقرأه الشخص.
staff-ban-days = الأيام
staff-ban-days-hint = فارغ: حتى يُرفع.
staff-ban-do = منع
staff-ban-lift = رفع منع { $name }
staff-ban-lift-short = رفع
staff-ban-lifted = رُفع
staff-ban-by = من { $name }
staff-ban-until = حتى
staff-ban-always = حتى يُرفع
staff-audit-check = فحص السلسلة
staff-audit-intact = { $count ->
    [zero] السلسلة فارغة.
    [one] السلسلة سليمة، وفيها قيد واحد.
    [two] السلسلة سليمة، وفيها قيدان.
    [few] السلسلة سليمة، وفيها { $count } قيود.
    [many] السلسلة سليمة، وفيها { $count } قيدًا.
   *[other] السلسلة سليمة، وفيها { $count } قيد.
  }
staff-audit-broken = السلسلة مكسورة عند القيد { $number }.
staff-audit-column-number = الرقم
staff-audit-column-at = الوقت
staff-audit-column-actor = الفاعل
staff-audit-column-act = الفعل
staff-audit-column-subject = بشأن
staff-audit-column-details = التفاصيل
staff-courses-files = ملفات Markdown
staff-courses-hint = ملفات تبدأ بترويسة فيها title و serial و layout. الملف الذي فيه مشكلة يُترك كله، وتدخل الملفات الأخرى.
staff-courses-do = استيراد
staff-courses-report = الملفات: { $files }، الأقسام: { $sections }، العبارات: { $statements }.
staff-courses-skipped = تُركت:
staff-courses-problem = { $file }، السطر { $line }: { $message }
staff-role = الدور
staff-role-moderator = مشرف
staff-role-community-manager = إدارة المجتمع
staff-role-admin = إدارة الموقع
staff-confirm-first = الرجاء كتابة كلمة المرور مرة أخرى
staff-role-give = منح الدور
staff-role-take = سحب الدور
staff-section-concerns = أشخاص يحتاجون إلى عناية
staff-section-screening = الفحص
staff-concern-about-own = قد يكون في خطر
staff-concern-about-other = قلق على شخص
staff-concern-about-abuse = يروي تعرضه لأذى
staff-concern-times = { $count ->
    [zero] لا رسائل
    [one] رسالة واحدة
    [two] رسالتان
    [few] { $count } رسائل
    [many] { $count } رسالة
   *[other] { $count } رسالة
  }
staff-concern-since = منذ
staff-concern-show = عرض ما كُتب
staff-concern-gone = لم تعد الكلمات محفوظة.
staff-concern-taken = في عناية { $name }
staff-concern-take = أعتني بهذا الشخص: ⁨@{ $name }⁩
staff-concern-take-short = أعتني بهذا الشخص
staff-concern-close = تمت العناية بـ ⁨@{ $name }⁩
staff-concern-close-short = تمت العناية
staff-concern-state-open = في الانتظار
staff-concern-state-taken = هناك من يعتني به
staff-concern-state-closed = تمت العناية به
staff-concern-told-bot = قاله لـ Noni أثناء الانتظار
staff-concern-told-bot-about = محفوظ للمستمع الذي يستقبل الطلب، ولا يقرأه أحد غيره.
staff-concern-at-gate = قال ذلك عند الوصول
staff-concern-at-gate-about = لم يُكتب شيء. إذا طلب مستمعًا فهو في مقدمة قائمة الانتظار: استقبله هناك، أو احرص على أن يستقبله أحد.
staff-concern-urgent = أُخفيت بيانات تواصل
staff-concern-calls = عدد مرات استدعاء الفريق: { $count }
staff-concern-waiting = في الانتظار: { $count }
staff-call-first = { $count ->
    [zero] لا أحد في خطر الآن.
    [one] قد يكون هناك شخص في خطر، ولا أحد يعتني به بعد.
    [two] قد يكون هناك شخصان في خطر، ولا أحد يعتني بهما بعد.
    [few] قد يكون هناك { $count } أشخاص في خطر، ولا أحد يعتني بهم بعد.
    [many] قد يكون هناك { $count } شخصًا في خطر، ولا أحد يعتني بهم بعد.
   *[other] قد يكون هناك { $count } شخص في خطر، ولا أحد يعتني بهم بعد.
  }
staff-call-again = { $count ->
    [zero] لا أحد في خطر الآن.
    [one] قد يكون هناك شخص في خطر، وهو ينتظر منذ فترة. الرجاء العناية به الآن.
    [two] قد يكون هناك شخصان في خطر، وهناك من ينتظر منذ فترة. الرجاء العناية بهما الآن.
    [few] قد يكون هناك { $count } أشخاص في خطر، وبعضهم ينتظر منذ فترة. الرجاء العناية بهم الآن.
    [many] قد يكون هناك { $count } شخصًا في خطر، وبعضهم ينتظر منذ فترة. الرجاء العناية بهم الآن.
   *[other] قد يكون هناك { $count } شخص في خطر، وبعضهم ينتظر منذ فترة. الرجاء العناية بهم الآن.
  }
staff-call-urgent = { $count ->
    [zero] لا أحد في خطر الآن.
    [one] قد يكون هناك شخص في خطر، وقد أعطى بيانات تواصل، وهي مخفية. الرجاء النظر الآن.
    [two] قد يكون هناك شخصان في خطر. أُعطيت أيضًا بيانات تواصل، وهي مخفية. الرجاء النظر الآن.
    [few] قد يكون هناك { $count } أشخاص في خطر. أُعطيت أيضًا بيانات تواصل، وهي مخفية. الرجاء النظر الآن.
    [many] قد يكون هناك { $count } شخصًا في خطر. أُعطيت أيضًا بيانات تواصل، وهي مخفية. الرجاء النظر الآن.
   *[other] قد يكون هناك { $count } شخص في خطر. أُعطيت أيضًا بيانات تواصل، وهي مخفية. الرجاء النظر الآن.
  }
staff-call-open = أشخاص يحتاجون إلى عناية
staff-concern-never = علامة الخطر ليست مخالفة أبدًا: لا تؤدي إلى تنبيه ولا نقاط ولا منع.
staff-screening-filter = الصنف
staff-screening-class-contact = بيانات التواصل
staff-screening-class-sexual-grooming = تقرب جنسي واستدراج
staff-screening-class-hate = كراهية
staff-screening-class-method-detail = طرق إلحاق الأذى
staff-screening-class-crisis-own = خطر على النفس
staff-screening-class-crisis-other = خطر على شخص آخر
staff-screening-class-abuse-disclosed = الإفصاح عن أذى
staff-screening-class-encouragement = تشجيع على الأذى
staff-screening-action-pass = يمرّ
staff-screening-action-help = يعرض المساعدة ويستدعي إنسانًا
staff-screening-action-hold = يوقف بلطف
staff-screening-action-block = يرفض
staff-screening-stage = مرحلة { $name }
staff-screening-stage-shadow = في الظل: يعدّ فقط
staff-screening-stage-share = لنسبة من الناس
staff-screening-stage-all = للجميع
staff-screening-share = من كل 1000 شخص
staff-screening-enabled = مستعملة
staff-screening-save = حفظ { $name }
staff-screening-save-short = حفظ
staff-screening-hits = إصابات في 30 يومًا: { $seen }، ذات أثر: { $acted }
staff-screening-patterns = { $count ->
    [zero] لا أنماط
    [one] نمط واحد
    [two] نمطان
    [few] { $count } أنماط
    [many] { $count } نمطًا
   *[other] { $count } نمط
  }
staff-screening-version = الإصدار { $version }
staff-screening-see = النص والتاريخ: { $name }
staff-screening-see-short = النص والتاريخ
staff-screening-by = { $version }: { $stage }، من
staff-screening-try = تجربة نص
staff-screening-try-hint = لا يُحفظ منه شيء. تُكتب قبله رسائل سابقة للشخص نفسه، كل رسالة في سطر.
staff-screening-try-do = تجربة
staff-screening-try-none = لا تنطبق أي قاعدة.
staff-screening-try-counts = يعدّ فقط
staff-screening-new = قاعدة جديدة
staff-screening-name = الاسم
staff-screening-name-hint = اللغة والمجموعة والاسم، كما في en.contact.new-app.
staff-screening-words = الأنماط
staff-screening-words-hint = كل نمط في سطر. (a|b) تعني أحدهما، و[a] يمكن أن تغيب، وabc* بداية كلمة، و~3 تعني حتى ثلاث كلمات أخرى.
staff-screening-unless = إلا إذا كان في الجملة نفسها أحد هذه
staff-screening-conversation = عبر عدة رسائل أيضًا
staff-screening-create = إنشاء، في الظل
staff-report-by = المبلِّغ
staff-report-about = بشأن
staff-report-state-open = مفتوح
staff-report-state-closed = مغلق

staff-contests-about = هناك من يرون قرارًا بشكل مختلف. ينظر فيه من جديد شخص غير الأول. إلغاؤه يرفع الإسكات أو الإخراج أو المنع، ولا يُحتسب بعد ذلك.
staff-contest-first = صاحب القرار
staff-contest-words = ما قيل له
staff-contest-evidence = ما كان الأمر بشأنه
staff-contest-says = كيف يرى الشخص الأمر
staff-contest-answer = ردك عليه
staff-contest-answer-hint = يقرأه الشخص. بضع كلمات على الأقل، قبل أن تقرر.
staff-contest-overturn = إلغاء القرار
staff-contest-uphold = إبقاؤه
staff-contest-not-you = كان لك دور في هذا القرار، لذلك ينظر فيه شخص آخر.
staff-contest-done-overturned = أُلغي القرار، مع كل ما ترتب عليه.
staff-contest-done-upheld = القرار باقٍ. يجد الشخص ردك في صفحته.

staff-clearances = مستمعون مسموح لهم بالفئتين العمريتين
staff-clearance-new = السماح لمستمع بالفئتين العمريتين
staff-clearance-about = حساب مستمع بالغ فُحص سجله يمكنه أن يلتقي اليافعين أيضًا، حتى اليوم الذي تحدده. المحادثات والغرف التي تقوم على ذلك تنتهي معه.
staff-clearance-name = اسم المستمع
staff-clearance-until = حتى
staff-clearance-check = الفحص الذي يستند إليه
staff-clearance-do = السماح للمستمع
staff-clearance-take = إنهاء السماح لـ { $name }
staff-clearance-take-short = إنهاء
staff-age-correct = تصحيح عمر
staff-age-about = لحسابي الشخص كليهما. يُسجَّل خروجه، ويُغلق طلبه، وتنتهي فورًا المحادثات التي لم تعد جائزة.
staff-age-reason = السبب
staff-age-do = تصحيح العمر

staff-limits-about = كم يمكن فعله في وقت واحد، ولمن. يسري التغيير فورًا، ويبقى بعد إعادة التشغيل، ويُكتب في سجل الأفعال. لا حد للمساعدة في الأزمات.
staff-limit-name = الحد
staff-limit-burst = في وقت واحد
staff-limit-period = ثم واحد كل (ملّي ثانية)
staff-limit-counts = يُحسب لكل
staff-limit-changed = غُيّر
staff-limit-change = تغيير
staff-limit-change-one = تغيير: { $name }
staff-limit-save = تحديد
staff-limit-reset = العودة إلى القيمة الأصلية
staff-limit-set = صار ساريًا.
staff-limit-default = الأصل { $burst } في وقت واحد، ثم واحد كل { $period } ملّي ثانية.
staff-figures = التنبيهات والثقة
staff-figure-value = القيمة
staff-figure-default = الأصل { $value }؛ من { $least } إلى { $most }.

limit-counts-person = شخص
limit-counts-room = غرفة
limit-counts-address = عنوان
limit-counts-session = جلسة
limit-counts-connection = اتصال
limit-counts-account-name = اسم حساب
limit-counts-account-name-and-address = اسم حساب من عنوان واحد
limit-counts-everybody = الجميع معًا
limit-frames = الإطارات في اتصال
limit-refusals = إطارات غير مقروءة أو متسرعة
limit-guest-changes = تغييرات عبر REST، زوار
limit-changes = تغييرات عبر REST، الباقون
limit-address-changes = تغييرات عبر REST من دون جلسة
limit-guest-message = رسائل في الغرف، زوار
limit-new-message = رسائل في الغرف، أعضاء جدد
limit-member-message = رسائل في الغرف، أعضاء ومستمعون
limit-staff-message = رسائل في الغرف، المشرفون والفريق
limit-guest-chat-message = رسائل في المحادثات، زوار
limit-chat-message = رسائل في المحادثات، الباقون
limit-room-message = رسائل في غرفة واحدة، من الجميع معًا
limit-guest-enter = دخول الغرف، زوار
limit-new-enter = دخول الغرف، أعضاء جدد
limit-enter = دخول الغرف، الباقون
limit-guest-typing = إشارة الكتابة، زوار
limit-typing = إشارة الكتابة، الباقون
limit-guest-mark = إشارات التسليم والقراءة، زوار
limit-mark = إشارات التسليم والقراءة، الباقون
limit-guest-block = أشخاص يحظرهم زائر واحد
limit-block = أشخاص يحظرهم أي شخص آخر
limit-guest-request = طلبات مستمع، زوار
limit-new-request = طلبات مستمع، أعضاء جدد
limit-request = طلبات مستمع، الباقون
limit-guest-bot-answer = إجابات لبرنامج، زوار
limit-bot-answer = إجابات لبرنامج، الباقون
limit-guest-personal = طلبات من مستمع معيّن، زوار
limit-new-personal = طلبات من مستمع معيّن، أعضاء جدد
limit-personal = طلبات من مستمع معيّن، الباقون
limit-guest-create = زوار جدد
limit-sign-in-account = تسجيل الدخول إلى حساب واحد
limit-sign-in-account-here = تسجيل الدخول إلى حساب واحد من عنوان واحد
limit-sign-in-address = تسجيل الدخول
limit-sign-in-all = تسجيل الدخول، من الجميع معًا
limit-passkey-address = بدء تسجيل الدخول بمفتاح مرور، حسب العنوان
limit-passkey-all = بدء تسجيل الدخول بمفتاح مرور، من الجميع معًا
limit-recover-account = استرداد حساب واحد
limit-recover-account-here = استرداد حساب واحد من عنوان واحد
limit-recover-address = عمليات الاسترداد
limit-recover-all = عمليات الاسترداد، من الجميع معًا
limit-second-factor = رموز العامل الثاني
limit-confirm = محاولات كلمة المرور بعد تسجيل الدخول
limit-sign-up-all = إنشاء الحسابات، من الجميع معًا
limit-guest-create-all = زوار جدد، الجميع معًا
limit-sign-up = إنشاء الحسابات
limit-guest-leave-message = رسائل متروكة لمستمعين، زوار
limit-new-leave-message = رسائل متروكة لمستمعين، أعضاء جدد
limit-leave-message = رسائل متروكة لمستمعين، الباقون
limit-guest-report = البلاغات والاعتراضات، زوار
limit-report = البلاغات والاعتراضات، الباقون
limit-guest-attempt = محاولات الاختبار، زوار
limit-attempt = محاولات الاختبار، الباقون
limit-act-remove-message = رسائل أزالها مشرف واحد
limit-act-warn = تنبيهات من مشرف واحد
limit-act-mute = إسكات يدوي من مشرف واحد
limit-act-remove = إخراج يدوي من الغرف، من مشرف واحد
limit-act-ban = منع يدوي من الغرف، من مشرف واحد
limit-act-lift = قرارات رفعها مشرف واحد
limit-act-set-room = غرف أبطأها أو أغلقها أو فتحها مشرف واحد
limit-act-pin = رسائل ثبّتها مشرف واحد أو ألغى تثبيتها
limit-act-site-ban = منع من الموقع من شخص واحد في الفريق
figure-listener_chats_first = المحادثات في وقت واحد في أول عشر محادثات لمستمع
figure-listener_chats_later = المحادثات في وقت واحد حتى المحادثة الخمسين لمستمع
figure-listener_chats_experienced = المحادثات في وقت واحد للمستمعين ذوي الخبرة
figure-silence_ask_s = ثوانٍ من دون رد يُسأل بعدها المستمع
figure-silence_offer_s = ثوانٍ من دون رد يُعرض بعدها على العضو مستمع آخر
figure-personal_ring_s = الثواني المتاحة لرد مستمع طُلب شخصيًا
figure-personal_misses = طلبات شخصية متتالية من دون رد تجعل المستمع مشغولًا
figure-listener_grace_s = ثوانٍ يبقى فيها المستمع محسوبًا متصلًا بعد انقطاعه
figure-claim_lease_s = الثواني التي على المستمع أن يأتي خلالها إلى من استقبله
figure-request_hold_s = ثوانٍ يُحفظ فيها المكان من دون اتصال
figure-guest_rooms = غرف في الوقت نفسه، زوار
figure-new_rooms = غرف في الوقت نفسه، الأعضاء الجدد
figure-member_rooms = غرف في الوقت نفسه، الباقون
figure-trust_days = أيام يُعدّ فيها الحساب جديدًا
figure-trust_reader_days = الأيام لمن يقرأ
figure-trust_reads = أقسام مقروءة ومجتازة تُعدّ قراءة
figure-warn_fade_hours = ساعات يُحتسب فيها التنبيه
figure-warn_incident_s = ثوانٍ تُعدّ فيها تنبيهات عدة مشرفين حادثة واحدة
figure-warn_moderator_s = الثواني بين تنبيهين من مشرف واحد
figure-warn_mute_at = عدد التنبيهات الذي يُسكت
figure-warn_remove_at = عدد التنبيهات الذي يُخرج من الغرفة
figure-warn_ban_at = عدد التنبيهات الذي يمنع من الغرف
figure-mute_hours = ساعات الإسكات
figure-removal_hours = ساعات الإخراج
figure-rooms_ban_days = أيام المنع من الغرف
figure-room_slow_light_s = الثواني بين رسالتين لشخص واحد في غرفة بطيئة: خفيف
figure-room_slow_firm_s = الثواني بين رسالتين لشخص واحد في غرفة بطيئة: متوسط
figure-room_slow_strong_s = الثواني بين رسالتين لشخص واحد في غرفة بطيئة: شديد
figure-room_short_min = دقائق إسكات أو إخراج أو إغلاق قصير من مشرف غرفة
figure-room_medium_min = دقائق المتوسط منها
figure-room_long_min = دقائق الطويل منها
figure-room_ban_short_days = أيام منع قصير من غرفة
figure-room_ban_medium_days = أيام منع متوسط
figure-room_ban_long_days = أيام منع طويل
figure-room_most_pins = الرسائل المثبتة في غرفة في وقت واحد
figure-own_danger_messages = رسائل الشخص التي يُنظر فيها بشأن خطر يهدده، حين لا يحدد المشرف رسالة
figure-own_danger_hours = الساعات التي تعود إليها
figure-contest_days = الأيام التي يمكن فيها الاعتراض على قرار
limit-picture = صور مرسلة
limit-about = تغيير الكلمات عن النفس
limit-apply = طلبات فحص أو ترخيص
staff-section-roles = الأدوار
staff-role-room-moderator = مشرف غرفة
limit-act-bulk = أفعال على أشخاص كثيرين في وقت واحد من شخص واحد في الفريق
staff-people-about = للفريق وحده: الآخرون لا يبحثون عن أحد. ما تبحث عنه، والبطاقة التي تفتحها وسبب فتحها، في سجل الأفعال.
staff-people-match-exact = هذا الاسم بالضبط فقط
staff-people-kind = النوع
staff-people-age = العمر
staff-people-banned = المنع
staff-people-any = الكل
staff-people-banned-true = ممنوع الآن
staff-people-banned-false = غير ممنوع
staff-people-search = بحث
staff-people-since = منذ
staff-people-open = فتح بطاقة ⁨@{ $name }⁩
staff-people-open-short = فتح
staff-people-why = السبب
staff-people-why-hint = يُحفظ في سجل الأفعال مع اسمك.
staff-people-case = الحالة
staff-people-case-hint = معرّف البلاغ أو القلق أو الاعتراض الذي ينتمي إليه، إن وُجد.
staff-people-open-do = فتح البطاقة
staff-people-is-banned = ممنوع
staff-card = بطاقة ⁨@{ $name }⁩
staff-card-close = إغلاق البطاقة
staff-card-created = إنشاء الحساب
staff-card-age = العمر
staff-card-age-teen = من 13 إلى 17
staff-card-age-adult = 18 أو أكثر
staff-card-age-none = غير معلن
staff-card-status = الوضع
staff-card-languages = اللغات
staff-card-warnings = تنبيهات محتسبة الآن
staff-card-muted = الإسكات حتى
staff-card-accepted = ما قُبل
staff-card-roles = الأدوار
staff-card-role-cleared = مسموح له بالفئتين العمريتين
staff-card-role-room-moderator = مشرف { $room }
staff-card-bans = حالات المنع
staff-card-security = تسجيل الدخول
staff-card-factor-on = العامل الثاني مفعّل
staff-card-factor-off = لا عامل ثانيًا
staff-card-sessions = { $count ->
    [zero] لا جلسات
    [one] جلسة واحدة
    [two] جلستان
    [few] { $count } جلسات
    [many] { $count } جلسة
   *[other] { $count } جلسة
  }
staff-card-no-password = لا كلمة مرور
staff-section-bulk = عدة أشخاص معًا
staff-bulk-about = ترى أولًا ما الذي سيحدث ولمن، ولا يتغير شيء. ثم تنفّذه، ويمكنك التراجع عنه لبعض الوقت. ما يغيّره أحد في الأثناء يبقى كما غيّره.
staff-bulk-act = الفعل
staff-bulk-act-ban = منع
staff-bulk-act-unban = رفع المنع
staff-bulk-act-role-give = منح دور
staff-bulk-act-role-take = سحب دور
staff-bulk-act-clearance-end = إنهاء السماح بالفئتين العمريتين
staff-bulk-act-messages-remove = إزالة رسائل من الغرف
staff-bulk-names = الأسماء
staff-bulk-names-hint = اسم في كل سطر، أو بينها مسافات.
staff-bulk-hours = الساعات الماضية
staff-bulk-hours-hint = رسائل الغرف في الساعات الأخيرة. ما يتحدث عن خطر يهدد صاحبه يبقى.
staff-bulk-reason = السبب
staff-bulk-reason-hint = يُحفظ في سجل الأفعال.
staff-bulk-reason-seen = يقرأه الأشخاص، ويُحفظ في سجل الأفعال.
staff-bulk-preview = عرض ما سيحدث
staff-bulk-before = السابقة
staff-bulk-people = { $count ->
    [zero] لا أحد
    [one] شخص واحد
    [two] شخصان
    [few] { $count } أشخاص
    [many] { $count } شخصًا
   *[other] { $count } شخص
  }
staff-bulk-open = فتح: { $act }، { $count ->
    [zero] لا أحد
    [one] شخص واحد
    [two] شخصان
    [few] { $count } أشخاص
    [many] { $count } شخصًا
   *[other] { $count } شخص
  }
staff-bulk-open-short = فتح
staff-bulk-will = { $count ->
    [0] لن يغيّر هذا شيئًا.
    [zero] لن يغيّر هذا شيئًا.
    [one] سيغيّر هذا شيئًا لشخص واحد.
    [two] سيغيّر هذا شيئًا لشخصين.
    [few] سيغيّر هذا شيئًا لـ { $count } أشخاص.
    [many] سيغيّر هذا شيئًا لـ { $count } شخصًا.
   *[other] سيغيّر هذا شيئًا لـ { $count } شخص.
  }
staff-bulk-ban-ends = تنتهي جلساتهم ومحادثاتهم وطلباتهم فورًا، ولا تعود عند التراجع.
staff-bulk-until = يمكنك تنفيذه حتى
staff-bulk-will-change = سيتغير
staff-bulk-will-nothing = يبقى كما هو
staff-bulk-will-refused = غير ممكن
staff-bulk-item-waiting = ينتظر
staff-bulk-item-done = تم
staff-bulk-item-skipped = تُرك كما كان
staff-bulk-item-undone = أُلغي
staff-bulk-item-kept = لم يُلغَ
staff-bulk-changed-since = غيّره شخص منذ ذلك الحين.
staff-bulk-messages = { $count ->
    [zero] لا رسائل
    [one] رسالة واحدة
    [two] رسالتان
    [few] { $count } رسائل
    [many] { $count } رسالة
   *[other] { $count } رسالة
  }
staff-bulk-bans = { $count ->
    [zero] لا حالات منع
    [one] حالة منع واحدة
    [two] حالتا منع
    [few] { $count } حالات منع
    [many] { $count } حالة منع
   *[other] { $count } حالة منع
  }
staff-bulk-state-planned = معاينة
staff-bulk-state-running = قيد التنفيذ
staff-bulk-state-done = تم
staff-bulk-state-undoing = قيد التراجع
staff-bulk-state-undone = أُلغي
staff-bulk-said-done = تم التنفيذ.
staff-bulk-said-undone = تم التراجع.
staff-bulk-progress = { $done } من { $total }
staff-bulk-do = تنفيذ
staff-bulk-undo = تراجع
staff-bulk-undo-until = يمكن التراجع حتى
limit-counts-letter-box = صندوق بريد
limit-recover-letter = رسائل لكلمة مرور منسية
limit-recover-letter-address = رسائل لكلمة مرور منسية، مطلوبة من عنوان واحد
limit-recover-letter-all = رسائل لكلمة مرور منسية، من الجميع معًا
limit-consent-address = طلبات موافقة أولياء الأمور، من عنوان واحد
limit-consent-all = طلبات موافقة أولياء الأمور، من الجميع معًا
limit-email = عناوين يحاول حساب واحد تأكيدها
limit-email-to = رسائل إلى صندوق بريد واحد
limit-notice = رسائل بأن شيئًا تغيّر في حساب، من كل نوع
limit-odd-notice = رسائل عن دخول من متصفح جديد أو عن محاولات فاشلة، من كل نوع
limit-failed-tries = كلمات مرور ورموز خاطئة لاسم واحد، قبل إخبار صاحبه
staff-section-licences = التراخيص
staff-section-checks = فحوص السجل
staff-section-verified = المستمعون الموثَّقون
staff-section-reviews = آراء الأعضاء
staff-vetting-about = يُكتب هنا ما وجدته وحتى متى يسري. لا يُحفظ هنا شيء من الوثائق: لا صور ولا نسخ ولا أرقام غير رقم الترخيص.
staff-vetting-which = عرض
staff-vetting-which-applied = في الانتظار
staff-vetting-which-passed = تم التحقق
staff-vetting-which-ending = تنتهي قريبًا
staff-vetting-which-refused = لم يتم التحقق
staff-vetting-which-ended = انتهت
staff-vetting-decide = اتخاذ قرار بشأن ⁨@{ $name }⁩
staff-vetting-decide-short = قرار
staff-vetting-outcome = ما وجدته
staff-vetting-outcome-passed = صالح
staff-vetting-outcome-refused = تعذّر التحقق منه
staff-vetting-until = صالح حتى
staff-vetting-basis = ما يستند إليه
staff-vetting-basis-hint = مثلًا: تم الاطلاع على السجل العام. يُحفظ في سجل الأفعال.
staff-vetting-words = كلمات للشخص
staff-vetting-save = حفظ ذلك
staff-vetting-end = إنهاء ترخيص ⁨@{ $name }⁩
staff-vetting-end-short = إنهاء
staff-audit-filter = بعض القيود فقط
staff-audit-filter-hint = فعل بحسب بدايته، كما في person.‎ أو room.create. الأحدث أولًا. قراءة السجل مكتوبة في السجل أيضًا.
staff-audit-filter-do = عرض هذه
limit-referral-address = المحتسبون قادمين برابط، حسب العنوان
limit-referral-owner = المحتسبون قادمين برابط واحد

# Agreements
staff-section-agreements = الاتفاقيات
staff-agreements-about = ما يقبله الناس قبل أن يشاركوا. تُطلب النسخة الجديدة من يومها، عند أول ما يفعله كل شخص بعد ذلك. وتبقى النسخ الأقدم متاحة للقراءة.
staff-agreement-which = عرض
staff-agreement-kind-member = اتفاقية الأعضاء
staff-agreement-kind-listener = اتفاقية المستمعين
staff-agreement-kind-privacy = سياسة الخصوصية
staff-agreement-kind-guidelines = إرشادات المجتمع
staff-agreement-state-waits = تنتظر يومها
staff-agreement-state-in-force = سارية
staff-agreement-state-over = أقدم
staff-agreement-version = النسخة { $version }
staff-agreement-shipped = جاءت مع البرنامج
staff-agreement-read = قراءة النسخة { $version }
staff-agreement-read-short = قراءة
staff-agreement-write = كتابة نسخة جديدة انطلاقًا من { $version }
staff-agreement-write-short = كتابة نسخة جديدة
staff-agreement-new-of = نسخة جديدة: { $kind }
staff-agreement-title = العنوان
staff-agreement-summary = ملخص بسيط
staff-agreement-summary-hint = خلاصة النص بكلمات يفهمها المراهقون. يظهر فوق النص.
staff-agreement-text = النص
staff-agreement-text-hint = بصيغة Markdown. يظهر HTML كما كُتب.
staff-agreement-from-day = تُطلب ابتداءً من
staff-agreement-from-hint = يبدأ اليوم عند منتصف الليل بالتوقيت العالمي. اليوم يعني: فور النشر.
staff-agreement-from = تُطلب ابتداءً من
staff-agreement-in-short = باختصار:
staff-agreement-preview = معاينة أولًا
staff-agreement-preview-of = كما سيقرؤه الناس: { $title }
staff-agreement-publish = نشر
staff-agreement-change = تعديل من جديد
staff-agreement-published = نُشرت النسخة الجديدة.
staff-agreement-take = سحب النسخة { $version }
staff-agreement-take-short = سحب
staff-agreement-take-about = لم تُطلب من أحد بعد، فلا يخسر أحد شيئًا. سيختفي النص.
staff-agreement-taken = سُحبت النسخة.
limit-guest-export = نسخ من البيانات الشخصية، زوار
limit-export = نسخ من البيانات الشخصية، الباقون

# Words in names
staff-section-words = كلمات في الأسماء
staff-words-about = الأسماء التي يختارها الناس، وتلك التي تُعطى للزوار، لا تحتوي على أي من هذه الكلمات. ما سُمّي من قبل يبقى. وتُفحص الرسائل في مكان آخر.
staff-words-which = القائمة
staff-words-banned = محظورة: في أي موضع من الاسم
staff-words-reserved = محجوزة: لا تكون الاسم كله
staff-word = الكلمة
staff-word-hint = من 3 إلى 24 حرفًا لاتينيًا ورقمًا. الأرقام التي تشبه الحروف تُحسب حروفًا.
staff-word-look = معرفة ما ستطابقه
staff-word-add-of = إضافة «{ $word }»
staff-word-matches = { $count ->
    [zero] لا يحتوي عليها أي اسم موجود الآن.
    [one] يحتوي عليها اسم واحد موجود الآن.
    [two] يحتوي عليها اسمان موجودان الآن.
    [few] تحتوي عليها { $count } أسماء موجودة الآن.
    [many] يحتوي عليها { $count } اسمًا موجودًا الآن.
   *[other] يحتوي عليها { $count } اسم موجود الآن.
}
staff-word-matches-more = يحتوي عليها { $count } اسم موجود الآن، وربما أكثر.
staff-word-matches-about = تبقى هذه الأسماء لأصحابها. ولن يُعطى اسم مثلها لأحد بعد الآن.
staff-word-add = إضافتها
staff-word-added = «{ $word }» في القائمة.
staff-word-removed = «{ $word }» لم تعد في القائمة.
staff-word-out = أُزيلت
staff-word-remove = إزالة «{ $word }»
staff-word-remove-short = إزالة
staff-word-put-back = إعادة «{ $word }»
staff-word-put-back-short = إعادة

staff-reviews-about = يسمح الأعضاء بعرض هذه الآراء في صفحة المستمع. لا يُقال لأحد من كتبها. يُقبل ما هو لطيف ومناسب للغرض؛ ويُرفض ما يكشف هوية شخص أو ما دار في الحديث، أو ما يسيء. تظهر معًا عندما تصير خمسة، في وقت واحد من اليوم.
staff-review-state-waits = في الانتظار
staff-review-state-good = مقبولة
staff-review-state-shown = معروضة
staff-review-state-refused = مرفوضة
staff-review-of = عن
staff-review-good = قبوله
staff-review-refuse = رفضه
staff-review-out = إزالته
staff-review-done-good = يُعرض عندما تصير الآراء خمسة.
staff-review-done-refused = لن يُعرض.
