# الرسائل التي تُترك لمستمع: كتابة رسالة، ورسائلك أنت، وصفحة المستمع.
left-about-profile = لا يمكن طلب محادثة من هذا المستمع الآن. يمكنك ترك بضع كلمات، ويأتي الرد عندما يكون هنا.
left-do-profile = ترك رسالة
left-title = ترك رسالة لـ { $name }
left-lead = عند رد { $name } تُفتح محادثة تبدأ بما كتبته. حتى ذلك الحين يمكنك سحبها.
left-days = أقصى عدد من الأيام تنتظرها: { $days }.
left-text = رسالتك
left-text-hint = حتى { $most } حرف. من دون بيانات تواصل من فضلك.
left-send = ترك الرسالة
left-queue = إذا كنت تفضل الحديث قريبًا، فيمكنك الطلب من المستمع التالي المتاح في أي وقت.
left-queue-link = الطلب من المستمع التالي المتاح
left-sent-title = رسائل تركتها
left-sent-link = رسائل تركتها لمستمعين
left-sent-none = لا تنتظر أي رسالة منك مستمعًا.
left-sent-to = إلى
left-until = تنتظر حتى
left-state-waiting = في انتظار الرد
left-state-answered = تم الرد عليها
left-state-declined = لا يمكن لـ { $name } الرد هذه المرة. هذا لا علاقة له بك: المستمعون متطوعون.
left-state-withdrawn = سُحبت
left-state-expired = لم يصلها رد في الوقت المحدد. نأسف لذلك. يمكنك الطلب من المستمع التالي المتاح في أي وقت.
left-open-chat = إلى المحادثة
left-withdraw = سحبها
left-done-left = رسالتك تنتظر الآن.
left-done-withdrawn = سُحبت رسالتك.
left-done-declined = شكرًا على الرد. يُقال ذلك بلطف لمن ترك الرسالة، ويُعرض عليه المستمع التالي المتاح.
left-waiting-title = رسائل تُركت لك
left-waiting-link = رسائل تُركت لك
left-waiting-lead = تُركت هذه الرسائل وأنت مشغول أو غير موجود. عند ردك تُفتح محادثة تبدأ بكلمات من كتبها. قد لا يكون صاحبها هنا في تلك اللحظة.
left-waiting-none = لا تنتظرك أي رسالة.
left-waiting-topic = الموضوع:
left-answer = الرد
left-answer-name = على { $name } وفتح محادثة
left-decline = ليس هذه المرة
left-decline-name = لـ { $name }
left-profile = الصفحة أو الحظر أو الإبلاغ
left-band-label = رسائل تُركت لك
left-band = { $count ->
    [zero] لم تُترك لك أي رسالة.
    [one] تُركت لك رسالة واحدة.
    [two] تُركت لك رسالتان.
    [few] تُركت لك { $count } رسائل.
    [many] تُركت لك { $count } رسالة.
   *[other] تُركت لك { $count } رسالة.
  }
left-band-link = القراءة والرد
