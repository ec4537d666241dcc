# Las advertencias como las ve quien las recibe, las reglas y lo que sigue.
moderation-band-label = Sobre tu situación
moderation-band = { $count ->
    [one] Hay algo nuevo sobre tu situación.
   *[other] Hay { $count } cosas nuevas sobre tu situación.
  }
moderation-band-link = Leerlo
moderation-muted-until = Puedes escribir de nuevo en las salas a partir de
moderation-in-room = En la sala
moderation-notice = La moderación tiene algo que decirte
moderation-rule = La regla
moderation-words = Sus palabras
moderation-follows = Qué sigue
moderation-until = Hasta
moderation-contest = Si lo ves de otra manera
moderation-contest-how = Puedes impugnar una nota: escribe cómo lo ves, y lo mira alguien distinto de quien te advirtió. Si te da la razón, se deshace todo lo que vino después.
moderation-contest-link = Impugnarlo
moderation-contest-until = Puedes hacerlo hasta
moderation-decided = La moderación decidió algo sobre ti
moderation-decided-contest = Puedes impugnarlo: escribe cómo lo ves, y lo mira alguien distinto de quien decidió. Si te da la razón, se deshace.
moderation-seen = Ya lo leí
moderation-all = Tu situación

rule-kindness = Trata bien a los demás
rule-contact = Sin datos de contacto
rule-spam = Sin mensajes repetidos ni ventas
rule-off-topic = Quédate en el tema de la sala
rule-graphic = Sin detalles de daño
rule-pressure = No presiones a nadie
rule-other = Otra cosa

step-notice = Nada por ahora. Respeta la regla, por favor.
step-mute = Por un tiempo puedes leer en las salas, pero no escribir.
step-remove = Se te saca de esta sala por un tiempo.
step-ban = Por ahora no puedes entrar en las salas.
step-message-removed = El mensaje ya no está. No sigue nada más.
step-room-mute = Por un tiempo puedes leer en esta sala, pero no escribir.
step-room-remove = Se te saca de esta sala por un tiempo.
step-room-ban = Por ahora no puedes entrar en esta sala.
step-site-ban = Por ahora no puedes participar. «Ayuda ahora» sigue abierta, y esta página también.

warn-danger-option = Puede estar en peligro
warn-danger-never = Una crisis nunca es una falta: a nadie se le advierte por ella.
warn-danger-answer = Responde aquí, con calma, y di que puede contarlo con toda confianza.
warn-danger-colleague = Pide a alguien de la moderación o del equipo que te acompañe. No tienes que llevarlo a solas.
warn-danger-show = Muéstrale la ayuda en crisis de su país, y que ahora mismo puede hablar con alguien.

standing-title = Tu situación
standing-lead = Todo lo que la moderación y el equipo decidieron sobre ti: qué, por qué, hasta cuándo y cómo impugnarlo. Nadie más ve esta página.
standing-none = No hay nada. Nadie decidió nada sobre ti.
standing-counting = { $count ->
    [0] Ninguna advertencia cuenta en este momento.
    [one] Una advertencia cuenta en este momento.
   *[other] { $count } advertencias cuentan en este momento.
  }
standing-seen = Ya lo leí
standing-in-room = en
standing-what-warning = Una nota de la moderación
standing-what-removal = Se quitó un mensaje tuyo
standing-what-sanction = Una decisión de la moderación para una sala
standing-what-ban = Una exclusión de este sitio
standing-evidence = Lo que habías escrito
standing-words-ban = El motivo
standing-source = Quién decidió
standing-source-human = una persona
standing-source-machine = una máquina
standing-state-in-force = en vigor
standing-state-ended = terminada
standing-state-overturned = deshecha
standing-contest = Lo veo de otra manera
standing-contest-how = Di con tus propias palabras cómo fue. Lo lee alguien distinto, y aquí encuentras su respuesta. Puedes hacerlo una vez por cada decisión.
standing-contest-until = Se puede hasta
standing-contest-text = ¿Cómo lo ves tú?
standing-contest-do = Impugnar esto
standing-contest-open = impugnada
standing-contest-upheld = se mantiene
standing-contest-overturned = tenías razón
standing-you-said = Lo que escribiste
standing-waits = Lo leerá alguien distinto. La respuesta estará aquí.
standing-outcome-upheld = Se miró de nuevo, y se mantiene.
standing-outcome-overturned = Se miró de nuevo y se deshizo, con todo lo que vino después.
standing-danger = Nada de lo que digas sobre estar en peligro es nunca una falta.

given-heading = Notas dadas aquí
given-about = Lo que la moderación dijo a personas en esta sala, mientras cuente.
given-none = No hay ninguna.
given-open = Notas dadas
given-by = de { $name }
given-unseen = aún sin leer: la espera
given-seen = leída
given-not-counted = mismo incidente, no se cuenta otra vez
given-contested = impugnada
given-overturned = deshecha
