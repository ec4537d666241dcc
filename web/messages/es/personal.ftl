# Pedir a un oyente en particular: a quién se le puede pedir, esperar la respuesta, y el lado del oyente.
personal-title = Elegir un oyente
personal-description = Personas voluntarias con formación que están aquí ahora. Pídele un chat a una de ellas, o al siguiente oyente libre.
personal-lead = Pídele un chat a un oyente libre, y tiene más o menos un minuto para responder. A cualquier otro le puedes dejar un mensaje.
personal-gate = Para ver quién está aquí, responde antes tres preguntas cortas. Cuidan la seguridad de todos.
personal-gate-do = Continuar
personal-as-listener = Estás aquí como oyente. Para pedirle a alguien, cambia a tu cuenta de miembro.
personal-for = De qué se trata
personal-show = Mostrar oyentes
personal-languages = Habla:
personal-online = libre para hablar
personal-busy = no puede ahora mismo
personal-offline = no está aquí en este momento
personal-chat-now = Chatear ahora
personal-chat-with = con { $name }
personal-none = Ahora mismo no hay ningún oyente disponible para este tema y en este idioma.
personal-none-free = Nadie está libre ahora mismo.
personal-more = Más oyentes
personal-look-on = En esta página no hay nadie que encaje. Puede haber más.
personal-end = No hay más oyentes aquí ahora mismo.
personal-queue-heading = O pide al siguiente oyente libre
personal-queue-about = En la cola, viene a ti quien quede libre primero. Está siempre abierta.
personal-queue-do = Pedir al siguiente oyente libre
personal-link-heading = ¿Prefieres elegir?
personal-link-about = Puedes ver qué oyentes están aquí ahora y pedirle a uno.
personal-link = Elegir un oyente

personal-ringing = Esperando a { $name }
personal-ringing-about = Ya le pedimos a { $name }, y puede decir que sí o que ahora no. Si dice que sí, el chat se abre aquí por sí solo.
personal-ringing-plain = Ya le pedimos a { $name }. Esta página no cambia por sí sola: mírala de nuevo en un momento. Cuando la respuesta sea sí, aquí habrá un enlace al chat.
personal-ringing-left = Tiempo para responder: alrededor de { $seconds ->
    [one] un segundo
   *[other] { $seconds } segundos
  }.
personal-ringing-until = Tiene tiempo para responder hasta
personal-ringing-refresh = Mirar de nuevo
personal-ringing-queue = Mejor pedir al siguiente oyente libre
personal-cancel = Dejar de pedir
personal-declined = { $name } no puede hablar ahora mismo
personal-missed = { $name } no llegó a responder
personal-unavailable = { $name } ya no está disponible
personal-not-you = No tiene nada que ver contigo. Los oyentes son voluntarios, y a veces hacen falta en otro lugar.
personal-kept = Un solo paso, y estás en la cola para el siguiente oyente libre. Lo que elegiste se conserva, y tu lugar cuenta desde que pediste.
personal-other = Elegir otro oyente
personal-elsewhere = Esperando la respuesta de { $name }.
personal-elsewhere-back = Volver a donde esperas

personal-asks = { $name } pide hablar contigo
personal-asks-about = Te eligió. Puedes decir que sí o que ahora no; las dos cosas están bien.
personal-asks-left = { $seconds ->
    [one] Queda un segundo
   *[other] Quedan { $seconds } segundos
  }
personal-accept = Aceptar
personal-decline = Ahora no
personal-over-declined = Gracias por responder. A { $name } se le ofrece el siguiente oyente libre.
personal-over-missed = { $name } esperó tu respuesta, y ahora se le ofrece el siguiente oyente libre.
personal-over-over = { $name } ya no te está pidiendo.
personal-busy-why = Tu estado es «ocupado», porque varias veces seguidas las personas que te pidieron no tuvieron respuesta. Cuando vuelvas, ponte en línea otra vez.
personal-busy-back = Ya volví: ponerme en línea
