# التنبيهات كما يراها من نُبِّه، والقواعد وما يترتب عليها.
moderation-band-label = عن وضعك
moderation-band = { $count ->
    [zero] لا جديد في وضعك.
    [one] هناك شيء جديد يخص وضعك.
    [two] هناك شيئان جديدان يخصان وضعك.
    [few] هناك { $count } أشياء جديدة تخص وضعك.
    [many] هناك { $count } شيئًا جديدًا يخص وضعك.
   *[other] هناك { $count } شيء جديد يخص وضعك.
  }
moderation-band-link = قراءته
moderation-muted-until = يمكنك الكتابة في الغرف من جديد ابتداءً من
moderation-in-room = في الغرفة
moderation-notice = لدى الإشراف ما يقوله لك
moderation-rule = القاعدة
moderation-words = كلماتهم
moderation-follows = ما يترتب على ذلك
moderation-until = حتى
moderation-contest = إذا كنت ترى الأمر بشكل مختلف
moderation-contest-how = يمكنك الاعتراض على ملاحظة: تكتب كيف ترى الأمر، وينظر فيه شخص غير من نبّهك. إذا وافقك، يُلغى كل ما ترتب عليها.
moderation-contest-link = الاعتراض عليها
moderation-contest-until = يمكنك ذلك حتى
moderation-decided = قرر الإشراف شيئًا بشأنك
moderation-decided-contest = يمكنك الاعتراض على هذا: تكتب كيف ترى الأمر، وينظر فيه شخص غير من قرر. إذا وافقك، يُلغى القرار.
moderation-seen = قرأت هذا
moderation-all = وضعك

rule-kindness = اللطف مع الآخرين
rule-contact = لا بيانات تواصل
rule-spam = لا رسائل مكررة ولا بيع
rule-off-topic = البقاء في موضوع الغرفة
rule-graphic = لا تفاصيل عن الأذى
rule-pressure = لا ضغط على أحد
rule-other = شيء آخر

step-notice = لا شيء حاليًا. الرجاء الالتزام بالقاعدة.
step-mute = يمكنك القراءة في الغرف، لكن لا يمكنك الكتابة لبعض الوقت.
step-remove = أُخرجت من هذه الغرفة لبعض الوقت.
step-ban = لا يمكنك دخول الغرف حاليًا.
step-message-removed = أُزيلت الرسالة. لا يترتب شيء آخر.
step-room-mute = يمكنك القراءة في هذه الغرفة، لكن لا يمكنك الكتابة لبعض الوقت.
step-room-remove = أُخرجت من هذه الغرفة لبعض الوقت.
step-room-ban = لا يمكنك دخول هذه الغرفة حاليًا.
step-site-ban = لا يمكنك المشاركة حاليًا. تبقى «مساعدة الآن» مفتوحة، وكذلك هذه الصفحة.

warn-danger-option = قد يكون هذا الشخص في خطر
warn-danger-never = الأزمة ليست مخالفة أبدًا: لا يُنبَّه أحد بسببها.
warn-danger-answer = الأفضل الرد عليه هنا بهدوء، والقول إن بإمكانه أن يقول ذلك.
warn-danger-colleague = يمكنك أن تطلب من مشرف آخر أو من الفريق الانضمام إليك. ليس عليك أن تحمل هذا وحدك.
warn-danger-show = من المهم أن يرى المساعدة في الأزمات الخاصة ببلده، وأن يعرف أن بإمكانه التحدث مع شخص الآن.

standing-title = وضعك
standing-lead = كل ما قرره المشرفون والفريق بشأنك: ماذا، ولماذا، وحتى متى، وكيف تعترض عليه. لا يرى هذه الصفحة أحد غيرك.
standing-none = لا يوجد شيء. لم يقرر أحد شيئًا بشأنك.
standing-counting = { $count ->
    [0] لا يُحتسب أي تنبيه حاليًا.
    [zero] لا يُحتسب أي تنبيه حاليًا.
    [one] يُحتسب تنبيه واحد حاليًا.
    [two] يُحتسب تنبيهان حاليًا.
    [few] تُحتسب { $count } تنبيهات حاليًا.
    [many] يُحتسب { $count } تنبيهًا حاليًا.
   *[other] يُحتسب { $count } تنبيه حاليًا.
  }
standing-seen = قرأت هذا
standing-in-room = في
standing-what-warning = ملاحظة من الإشراف
standing-what-removal = أُزيلت رسالة لك
standing-what-sanction = قرار من الإشراف يخص غرفة واحدة
standing-what-ban = منع من هذا الموقع
standing-evidence = ما كنت قد كتبته
standing-words-ban = السبب
standing-source = صاحب القرار
standing-source-human = إنسان
standing-source-machine = آلة
standing-state-in-force = سارٍ
standing-state-ended = انتهى
standing-state-overturned = أُلغي
standing-contest = أرى الأمر بشكل مختلف
standing-contest-how = هنا يمكنك أن تقول بكلماتك كيف كان الأمر. يقرأه شخص غير الأول، وتجد رده هنا. يمكنك ذلك مرة واحدة لكل قرار.
standing-contest-until = هذا متاح حتى
standing-contest-text = كيف ترى الأمر؟
standing-contest-do = الاعتراض على هذا
standing-contest-open = عليه اعتراض
standing-contest-upheld = باقٍ
standing-contest-overturned = كان الحق معك
standing-you-said = ما كتبته
standing-waits = سيقرأه شخص غير الأول. سيكون الرد هنا.
standing-outcome-upheld = نُظر فيه من جديد، وهو باقٍ.
standing-outcome-overturned = نُظر فيه من جديد وأُلغي، مع كل ما ترتب عليه.
standing-danger = لا شيء مما تقوله عن كونك في خطر يُعدّ مخالفة أبدًا.

given-heading = ملاحظات أُعطيت هنا
given-about = ما قاله المشرفون لأشخاص في هذه الغرفة، ما دام يُحتسب.
given-none = لا توجد ملاحظات.
given-open = الملاحظات
given-by = من { $name }
given-unseen = لم تُقرأ بعد: هي في انتظاره
given-seen = قُرئت
given-not-counted = الحادثة نفسها، لا تُحتسب مرة أخرى
given-contested = عليها اعتراض
given-overturned = أُلغيت
