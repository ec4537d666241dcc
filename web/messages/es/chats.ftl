# El chat entre dos y su final.
chats-list = Tus chats
chats-queue = La cola
chats-with = Chat con { $name }
chats-open-with = Ir al chat con { $name }
chats-earlier = Chats anteriores
chats-about = Este chat trata de:
chats-needs-scripts = Hablar en vivo necesita scripts, y en este navegador están desactivados. Para leer y escribir en un chat, actívalos para este sitio. La ayuda en crisis funciona sin ellos.
chats-unread = { $count ->
    [one] un mensaje nuevo
   *[other] { $count } mensajes nuevos
  }
chats-log = Mensajes
chats-earlier-messages = Mostrar mensajes anteriores
chats-history-failed = No se pudieron cargar los mensajes anteriores.
chats-start-of-kept = Hasta aquí llegan los mensajes que se guardan.
chats-gap = Algunos mensajes anteriores ya no se guardan, así que aquí puede faltar algo.
chats-empty-member = Tu oyente está aquí. Empieza por donde quieras; bastan unas pocas palabras.
chats-empty-listener = La persona está aquí. Un saludo cálido es un buen comienzo.
chats-compose = Tu mensaje
chats-send = Enviar
chats-left-characters = { $count ->
    [one] Queda un carácter
   *[other] Quedan { $count } caracteres
  }
chats-too-long = { $count ->
    [one] Sobra un carácter
   *[other] Sobran { $count } caracteres
  }
chats-sending = Enviando…
chats-not-sent = No se envió.
chats-retry = Enviar de nuevo
chats-discard = Descartar
chats-wait-until = Puedes enviar de nuevo en { $seconds ->
    [one] { $seconds } segundo
   *[other] { $seconds } segundos
  }.
chats-mark-sent = enviado
chats-mark-delivered = entregado
chats-mark-read = leído
chats-edited = editado
chats-edit = Editar
chats-delete = Eliminar
chats-message-menu = Qué puedes hacer con este mensaje
chats-save = Guardar
chats-editing = Editando tu mensaje
chats-delete-sure = ¿Eliminar este mensaje para los dos?
chats-deleted-note = Desaparece para todos aquí, al instante.
chats-removed-author = Este mensaje fue retirado por su autor.
chats-removed-moderator = La moderación quitó este mensaje.
chats-typing = { $name } está escribiendo…
chats-typing-several = Varias personas están escribiendo…
chats-you = tú
chats-yours = Tú
chats-help = Ayuda en crisis
chats-held-part = Se trata de la parte marcada:
chats-help-hint = Se abre en una pestaña nueva. El chat sigue abierto.
chats-end = Terminar el chat
chats-end-heading = ¿Terminar este chat?
chats-end-about = Los dos pueden leerlo, pero ya nadie puede escribir en él. No le debes explicaciones a nadie.
chats-end-way-plain = Solo terminarlo
chats-end-way-block = Terminarlo y bloquear a esta persona
chats-end-way-block-about = Nunca vuelven a encontrarse aquí, y no se le dice por qué.
chats-end-way-report = Terminarlo y denunciar
chats-end-way-report-about = La moderación lee este chat y decide. Nunca vuelves a encontrarte con esta persona aquí.
chats-end-report-words = ¿Qué pasó?
chats-end-report-missing = Escribe unas palabras, para que la moderación sepa qué mirar.
chats-end-do = Terminar el chat
chats-end-keep = Seguir hablando
chats-ended = Este chat ha terminado.
chats-ended-you = Terminaste este chat.
chats-ended-other = La otra persona terminó este chat.
chats-ended-system = Este chat se cerró.
chats-silence-asked = ¿Sigues ahí? La persona espera una palabra tuya desde hace unos minutos. Si necesitas un momento, díselo.
chats-silence-late = Se le ofreció otro oyente, porque no supo nada de ti. Una palabra tuya sigue siendo bienvenida.
chats-silence-offered = Tu oyente lleva un rato en silencio; quizás perdió la conexión. Puedes seguir esperando aquí, o seguir con otra persona y conservar tu lugar anterior en la cola.
chats-silence-another = Buscar a otra persona
chats-requeue-about = Puedes seguir con otra persona y conservas tu lugar anterior en la cola.
chats-requeue = Buscar a otra persona
chats-requeue-again = Hablar con otro oyente
chats-back-to-queue = Volver a la cola
chats-rate = ¿Cómo te fue?
chats-rate-about = Si quieres. A tu oyente no se le dice que lo valoraste ni qué dijiste.
chats-rate-line-helpfulness = ¿Te ayudó?
chats-rate-line-empathy = ¿Sentiste comprensión?
chats-rate-line-professionalism = ¿Hubo respeto y cuidado?
chats-rate-line-responsiveness = ¿Respondió a tiempo?
chats-stars = { $count ->
    [one] { $count } estrella de 5
   *[other] { $count } estrellas de 5
  }
chats-rate-comment = ¿Quieres agregar algo?
chats-rate-comment-hint = Se guarda con la valoración y no se le muestra a tu oyente.
chats-rate-comment-hint-publish = Se guarda con la valoración. A tu oyente no se le muestra, salvo que lo permitas abajo.
chats-rate-publish = Otras personas pueden leer esto en el perfil del oyente
chats-rate-publish-hint = Sin tu nombre y sin fecha, junto con lo que dijeron otras personas, después de que lo lea el equipo. Deja fuera lo que solo ustedes dos saben.
chats-rate-do = Enviar
chats-rate-skip = Ahora no
chats-rate-missing = Elige estrellas en cada una de las cuatro líneas, o déjalo con «Ahora no».
chats-rated = Gracias. Eso ayuda a los oyentes a aprender.
chats-cannot-send = Aquí puedes leer, pero por ahora no escribir.
chats-loading = Abriendo el chat…
