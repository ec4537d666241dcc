# الطلب من مستمع معيّن: ممن يمكن الطلب، وانتظار الرد، وجانب المستمع.
personal-title = اختيار مستمع
personal-description = مستمعون متطوعون مدرَّبون موجودون هنا الآن. يمكنك طلب محادثة من أحدهم، أو من المستمع التالي المتاح.
personal-lead = يمكنك طلب محادثة من مستمع متاح، ولديه نحو دقيقة للرد. ولأي مستمع آخر يمكنك ترك رسالة.
personal-gate = كي ترى من هنا، هناك ثلاثة أسئلة قصيرة أولًا. هي لسلامة الجميع.
personal-gate-do = متابعة
personal-as-listener = أنت هنا بصفة مستمع. كي تطلب أحدًا، الرجاء الانتقال إلى حساب العضو.
personal-for = الموضوع
personal-show = عرض المستمعين
personal-languages = لغات الحديث:
personal-online = متاح للحديث
personal-busy = مشغول الآن
personal-offline = غير موجود في هذه اللحظة
personal-chat-now = محادثة الآن
personal-chat-with = مع { $name }
personal-none = لا يوجد الآن مستمع يمكن الطلب منه لهذا الموضوع وبهذه اللغة.
personal-none-free = لا أحد هنا متاح الآن.
personal-more = مستمعون آخرون
personal-look-on = لا يوجد في هذه الصفحة من يناسب. قد يوجد آخرون.
personal-end = لا يوجد هنا مستمعون آخرون الآن.
personal-queue-heading = أو الطلب من المستمع التالي المتاح
personal-queue-about = في الطابور يأتي إليك أول من يصبح متاحًا. وهو مفتوح دائمًا.
personal-queue-do = الطلب من المستمع التالي المتاح
personal-link-heading = هل تفضل الاختيار؟
personal-link-about = يمكنك أن ترى أي المستمعين هنا الآن، وأن تطلب من أحدهم.
personal-link = اختيار مستمع بنفسك

personal-ringing = في انتظار { $name }
personal-ringing-about = وصل الطلب إلى { $name }، ويمكن أن يكون الرد نعم أو ليس الآن. إذا كان نعم، تُفتح المحادثة هنا تلقائيًا.
personal-ringing-plain = وصل الطلب إلى { $name }. هذه الصفحة لا تتغير تلقائيًا: الرجاء النظر من جديد بعد لحظة. عندما يكون الرد نعم، يظهر هنا رابط إلى المحادثة.
personal-ringing-left = الوقت المتاح للرد: نحو { $seconds ->
    [zero] لحظة
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانية
   *[other] { $seconds } ثانية
  }.
personal-ringing-until = الوقت المتاح للرد حتى
personal-ringing-refresh = النظر من جديد
personal-ringing-queue = الأفضل الطلب من المستمع التالي المتاح
personal-cancel = إلغاء الطلب
personal-declined = لا يمكن لـ { $name } التحدث الآن
personal-missed = لم يتمكن { $name } من الرد
personal-unavailable = لم يعد الوصول إلى { $name } ممكنًا
personal-not-you = هذا لا علاقة له بك. المستمعون متطوعون، وأحيانًا يُحتاج إليهم في مكان آخر.
personal-kept = ضغطة واحدة، وتكون في الطابور للمستمع التالي المتاح. ما اخترته يبقى، ويُحسب مكانك من وقت طلبك.
personal-other = اختيار مستمع آخر
personal-elsewhere = في انتظار رد { $name }.
personal-elsewhere-back = العودة إلى حيث تنتظر

personal-asks = طلب محادثة معك من { $name }
personal-asks-about = وقع الاختيار عليك. يمكنك أن تقول نعم أو ليس الآن؛ كلاهما مقبول.
personal-asks-left = { $seconds ->
    [zero] انتهى الوقت
    [one] بقيت ثانية واحدة
    [two] بقيت ثانيتان
    [few] بقيت { $seconds } ثوانٍ
    [many] بقيت { $seconds } ثانية
   *[other] بقيت { $seconds } ثانية
  }
personal-accept = قبول
personal-decline = ليس الآن
personal-over-declined = شكرًا على الرد. يُعرض على { $name } المستمع التالي المتاح.
personal-over-missed = انتظر { $name } ردك، ويُعرض عليه الآن المستمع التالي المتاح.
personal-over-over = لم يعد { $name } يطلبك.
personal-busy-why = وضعك الآن «مشغول»، لأن من طلبوك لم يصلهم رد عدة مرات متتالية. عند عودتك يمكنك جعل وضعك «متصل» من جديد.
personal-busy-back = عدت: جعل وضعي «متصل»
