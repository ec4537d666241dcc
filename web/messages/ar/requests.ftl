# طلب شخص للتحدث معه، والانتظار، ولوحة المستمعين.
requests-title = التحدث مع مستمع
requests-description = طلب مستمع متطوع مدرَّب. طابور واحد للعالم كله، مع مكانك وتقدير صادق للوقت.
requests-lead = يقرأ متطوع مدرَّب ما تكتبه ويرد عليه. يمكنك إنهاء الحديث في أي وقت.
requests-topic = ما الموضوع؟
requests-topic-hint = الأقرب إلى موضوعك. يساعد ذلك في العثور على مستمع يعرف هذا الموضوع.
requests-language = بأي لغة؟
requests-do = طلب مستمع
requests-what-next = ما يحدث بعد ذلك
requests-next-1 = تحصل على مكان في الطابور. يُسمع أولًا من هم في خطر أكبر؛ وفيما عدا ذلك من طلب أولًا.
requests-next-2 = يمكنك مغادرة هذه الصفحة حتى دقيقتين مع الاحتفاظ بمكانك.
requests-next-3 = عندما يستقبل مستمع طلبك، تُفتح المحادثة هنا تلقائيًا.
requests-waiting = أنت في الطابور
requests-place = { $place ->
    [1] دورك هو التالي.
   *[other] رقمك { $place }.
  }
requests-estimate = بحسب ما جرى مؤخرًا مع من يتحدثون لغتك، يستغرق الأمر من { $low } إلى { $high } دقيقة. لا يمكننا أن نعد بذلك، لكننا نحدّثه هنا باستمرار.
requests-estimate-about = { $minutes ->
    [0] بحسب ما جرى مؤخرًا مع من يتحدثون لغتك، يستغرق الأمر أقل من دقيقة.
    [zero] بحسب ما جرى مؤخرًا مع من يتحدثون لغتك، يستغرق الأمر أقل من دقيقة.
    [one] بحسب ما جرى مؤخرًا مع من يتحدثون لغتك، يستغرق الأمر نحو دقيقة واحدة.
    [two] بحسب ما جرى مؤخرًا مع من يتحدثون لغتك، يستغرق الأمر نحو دقيقتين.
    [few] بحسب ما جرى مؤخرًا مع من يتحدثون لغتك، يستغرق الأمر نحو { $minutes } دقائق.
    [many] بحسب ما جرى مؤخرًا مع من يتحدثون لغتك، يستغرق الأمر نحو { $minutes } دقيقة.
   *[other] بحسب ما جرى مؤخرًا مع من يتحدثون لغتك، يستغرق الأمر نحو { $minutes } دقيقة.
  }
requests-estimate-unknown = لا يمكننا أن نقول بصدق كم يستغرق الأمر: استُقبل عدد قليل جدًا من الناس مؤخرًا.
requests-range = من { $low } إلى { $high } دقيقة تقريبًا.
requests-range-about = { $minutes ->
    [0] أقل من دقيقة.
    [zero] أقل من دقيقة.
    [one] نحو دقيقة واحدة.
    [two] نحو دقيقتين.
    [few] نحو { $minutes } دقائق.
    [many] نحو { $minutes } دقيقة.
   *[other] نحو { $minutes } دقيقة.
  }
requests-range-unknown = لا يمكننا أن نقول كم يستغرق.
requests-meanwhile = الرجاء إبقاء هذه الصفحة مفتوحة. عندما يستقبل مستمع طلبك، تُفتح المحادثة هنا تلقائيًا، ويمكنك البدء في الوقت الذي يناسبك.
requests-meanwhile-plain = هذه الصفحة لا تتغير تلقائيًا. الرجاء النظر إلى مكانك من حين إلى آخر. عندما يكون مستمع قد استقبل طلبك، يظهر هنا رابط إلى المحادثة.
requests-meanwhile-heading = أثناء الانتظار
requests-meanwhile-rooms = الجلوس مع آخرين في غرفة
requests-meanwhile-learn = قراءة شيء
requests-meanwhile-tabs = تُفتح هذه في علامة تبويب جديدة، كي يبقى مكانك محفوظًا.
requests-about = موضوع طلبك:
requests-since = تنتظر منذ
requests-refresh = عرض مكاني الآن
requests-cancel = مغادرة الطابور
requests-cancelled = غادرت الطابور. يمكنك الطلب من جديد متى شئت.
requests-closed-gone = غبت أكثر من دقيقتين، فانتقل مكانك إلى الشخص التالي. يمكنك الطلب من جديد الآن.
requests-closed-age-corrected = أُغلق طلبك، لأن الفريق صحّح فئتك العمرية. يمكنك الطلب من جديد الآن.
requests-closed-banned = أُغلق طلبك، لأنه لا يمكنك المشاركة حاليًا.
requests-again = الطلب من جديد
requests-matched = يوجد مستمع هنا. تُفتح المحادثة الآن.

listen-title = استماع
listen-waiting = { $count ->
    [0] لا ينتظر أحد حاليًا.
    [zero] لا ينتظر أحد حاليًا.
    [one] ينتظر شخص واحد.
    [two] ينتظر شخصان.
    [few] ينتظر { $count } أشخاص.
    [many] ينتظر { $count } شخصًا.
   *[other] ينتظر { $count } شخص.
  }
listen-nobody-note = تتغير هذه القائمة تلقائيًا. لا بأس في تركها مفتوحة فحسب.
listen-status = وضعك
listen-status-online = متصل
listen-status-busy = مشغول
listen-status-offline = غير متصل
listen-status-break = في استراحة
listen-status-online-about = من يختارون مستمعًا يرونك هنا، ويمكنهم طلبك.
listen-status-busy-about = أنت هنا، ولا أحد يطلبك شخصيًا. يمكنك مع ذلك استقبال أشخاص من الطابور.
listen-status-offline-about = تظهر كأنك غير موجود. يمكنك مع ذلك استقبال أشخاص من الطابور.
listen-status-break-about = أنت ترتاح. لا يصل إليك أحد جديد، ولا تستقبل أحدًا من الطابور، وصفحتك تقول إنك في استراحة.
listen-status-set = حفظ
listen-standing = وضعك ({ $status }) ولغاتك
listen-languages = لغاتك
listen-languages-saved = حُفظت. يعرض الطابور من يتحدثون بهذه اللغات.
listen-languages-none = الرجاء اختيار لغة واحدة على الأقل.
listen-topics = مواضيع لا تستقبلها
listen-topics-about = لا أحد يعرف كل شيء. من يطلبون الحديث في هذه المواضيع يُعرضون على مستمعين آخرين، ولا يُقال لأحد السبب.
listen-topics-saved = حُفظت. يترك الطابور هذه المواضيع جانبًا من أجلك.
listen-topics-all = الرجاء ترك موضوع واحد على الأقل تستقبله.
listen-rest = { $count ->
    [zero] لا ينتظر أحد آخر بعدهم.
    [one] ينتظر بعدهم شخص آخر.
    [two] ينتظر بعدهم شخصان آخران.
    [few] ينتظر بعدهم { $count } أشخاص آخرين.
    [many] ينتظر بعدهم { $count } شخصًا آخر.
   *[other] ينتظر بعدهم { $count } شخص آخر.
  }
listen-status-failed = لم يتغير وضعك.
listen-next = استقبال الشخص التالي
listen-next-about = الأول في الطابور ممن يمكنك التحدث معهم.
listen-list = أو اختيار شخص
listen-take = التحدث مع { $name }
listen-heavy = قد يكون في خطر
listen-heavy-about = «قد يكون في خطر»: أجاب هذا الشخص بأنه هو أو شخص آخر في خطر. الأفضل أن يستقبله أولًا مستمع يشعر بالثبات.
listen-waits-since = ينتظر منذ
listen-taking = جارٍ فتح المحادثة…
listen-taken = سبقك مستمع آخر بلحظة. هناك من يستمع الآن إلى هذا الشخص.
listen-nobody = لا ينتظر الآن أحد يمكنك استقباله.
listen-switch = تستمع من حسابك الآخر. الانتقال إليه بنقرة واحدة.
requests-closed-consent-withdrawn = أُغلق طلبك، لأن موافقة ولي أمرك سُحبت. لم تفعل شيئًا خاطئًا.
