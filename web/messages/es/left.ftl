# Mensajes que se dejan para un oyente: escribir uno, los propios, y la página del oyente.
left-about-profile = Ahora mismo no se le puede pedir un chat a este oyente. Puedes dejarle unas palabras, y responde cuando esté aquí.
left-do-profile = Dejar un mensaje
left-title = Dejar un mensaje para { $name }
left-lead = Cuando { $name } responda, se abre un chat que empieza con lo que escribas. Hasta entonces puedes retirarlo.
left-days = Espera { $days } días como máximo.
left-text = Tu mensaje
left-text-hint = Hasta { $most } caracteres. Sin datos de contacto, por favor.
left-send = Dejar el mensaje
left-queue = Si prefieres hablar pronto, puedes pedirle al siguiente oyente libre en cualquier momento.
left-queue-link = Pedir al siguiente oyente libre
left-sent-title = Mensajes que dejaste
left-sent-link = Mensajes que dejaste para oyentes
left-sent-none = Ningún mensaje tuyo espera a un oyente.
left-sent-to = Para
left-until = Espera hasta
left-state-waiting = Espera respuesta
left-state-answered = Respondido
left-state-declined = Esta vez { $name } no puede responder. No tiene nada que ver contigo: los oyentes son voluntarios.
left-state-withdrawn = Retirado
left-state-expired = No tuvo respuesta a tiempo. Lo sentimos. Puedes pedirle al siguiente oyente libre en cualquier momento.
left-open-chat = Ir al chat
left-withdraw = Retirarlo
left-done-left = Tu mensaje ya le espera.
left-done-withdrawn = Tu mensaje está retirado.
left-done-declined = Gracias por responder. Se le dice con amabilidad, y se le ofrece el siguiente oyente libre.
left-waiting-title = Mensajes que te dejaron
left-waiting-link = Mensajes que te dejaron
left-waiting-lead = Te los dejaron mientras no podías o no estabas. Cuando respondes, se abre un chat que empieza con sus palabras. Puede que en ese momento la persona no esté aquí.
left-waiting-none = No te espera ningún mensaje.
left-waiting-topic = Sobre:
left-answer = Responder
left-answer-name = a { $name }, y abrir un chat
left-decline = Esta vez no
left-decline-name = para { $name }
left-profile = Perfil, bloquear o denunciar
left-band-label = Mensajes que te dejaron
left-band = { $count ->
    [one] Te dejaron un mensaje.
   *[other] Te dejaron { $count } mensajes.
  }
left-band-link = Leer y responder
