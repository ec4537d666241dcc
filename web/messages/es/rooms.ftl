# Las salas, y lo que hace la moderación en ellas.
rooms-title = Salas
rooms-description = Salas donde varias personas hablan entre sí de una misma cosa, con moderación que cuida el lugar.
rooms-lead = Varias personas hablan juntas, y la moderación cuida el lugar. Puedes solo leer.
rooms-what = Cada sala trata de una cosa: una noche difícil, algo que se perdió, o simplemente un día cualquiera. Allí se escriben personas de tu grupo de edad, y puedes ir y venir como quieras.
rooms-gate = Antes de que veas las salas, hacemos dos preguntas cortas, para que adolescentes y adultos hablen por separado y la ayuda esté cerca de quien la necesite.
rooms-gate-do = Responderlas ahora
rooms-none = Ninguna sala está abierta para ti en este momento.
rooms-age-teen = para adolescentes
rooms-age-adult = para adultos
rooms-for-listeners = solo oyentes
rooms-present = { $count ->
    [0] todavía no hay nadie
    [one] una persona aquí
   *[other] { $count } personas aquí
  }
rooms-and-more = { $count ->
    [one] y una más
   *[other] y { $count } más
  }
rooms-needs-scripts = Hablar aquí necesita scripts, y en este navegador están desactivados. Estos son los últimos mensajes.
rooms-rules = Las reglas de las salas
rooms-rules-1 = Trata bien a los demás. Puedes no estar de acuerdo con lo que se dice, pero nunca ir contra quien es la otra persona.
rooms-rules-2 = No des datos de contacto ni los pidas.
rooms-rules-3 = No cuentes cómo se hizo algo para hacerse daño o hacer daño a otros.
rooms-rules-4 = Puedes decir que estás en peligro. Eso nunca es una falta.
rooms-rules-seen = Entendido
rooms-all = Todas las salas
rooms-empty = Todavía nadie ha escrito nada.
rooms-left = Ya no estás en esta sala.
rooms-left-until = Puedes volver a las
rooms-enter-again = Entrar de nuevo
rooms-moderate-message = Moderar el mensaje de { $name }
rooms-remove = Quitar el mensaje
rooms-remove-heading = ¿Quitar este mensaje?
rooms-remove-about = Nadie lo ve a partir de este momento. El acto queda registrado.
rooms-remove-note = Nota para el registro
rooms-remove-do = Quitar
rooms-warn = Advertir
rooms-warn-heading = Advertir a { $name }
rooms-warn-about = Ve la regla y tus palabras. Otra advertencia sobre lo mismo dentro de 30 segundos cuenta una sola vez. Lo que alguien dice sobre su propio peligro nunca es una falta.
rooms-warn-words = Lo que le quieres decir
rooms-warn-words-missing = Escribe lo que quieres decirle.
rooms-warn-do = Advertir
rooms-rule = ¿Qué regla?
rooms-warned = { $count ->
    [one] Advertencia hecha. Es la primera que cuenta ahora. Qué sigue:
   *[other] Advertencia hecha. Es la número { $count } que cuenta ahora. Qué sigue:
  }
rooms-warned-already = Otra persona de la moderación acababa de advertirle sobre esto. Lo recibe una sola vez.
rooms-removed = Se quitó el mensaje.
rooms-reply = Responder
rooms-replying = Respondiendo a { $name }
rooms-reply-stop = No responder
rooms-in-reply = En respuesta a { $name }
rooms-slow = Esta sala va despacio ahora: cada persona escribe una vez cada { $seconds } segundos.
rooms-slow-not-you = No vale para la moderación.
rooms-closed = Ahora no se puede escribir en esta sala.
rooms-closed-read = Puedes leer.
rooms-closed-moderators = Solo escribe la moderación.
rooms-closed-until = hasta
rooms-closed-write = Lo que empezaste a escribir se conserva hasta que se abra la sala. Si necesitas a alguien ahora, hay oyentes y está «Ayuda ahora».
rooms-muted-until = La moderación decidió que leas, pero no escribas en esta sala hasta
rooms-pinned = { $count ->
    [one] Un mensaje fijado
   *[other] { $count } mensajes fijados
  }
rooms-pin = Fijar
rooms-unpin = Dejar de fijar
rooms-unpin-whose = Dejar de fijar el mensaje de { $name }
rooms-pinned-now = El mensaje está arriba en la sala.
rooms-unpinned = El mensaje ya no está fijado.

sanction-open = Silenciar, sacar o excluir
sanction-open-about = Silenciar, sacar o excluir a { $name }
sanction-heading = { $name }, en esta sala
sanction-about = Vale solo en esta sala y termina por sí solo. La persona ve la regla, tus palabras, hasta cuándo y cómo impugnarlo.
sanction-what = ¿Qué sigue?
sanction-act-mute = Silenciar: lee, pero no escribe
sanction-act-remove = Sacar: sale, y puede volver
sanction-act-ban = Excluir: se queda fuera
sanction-choose = El mensaje que rompe la regla
sanction-choose-none = No ha dicho nada que siga aquí.
sanction-length = ¿Por cuánto tiempo?
sanction-do = Decidir esto
sanction-done-mute = { $name } lee aquí y por ahora no escribe.
sanction-done-remove = { $name } salió de la sala por ahora.
sanction-done-ban = { $name } se queda fuera de esta sala por ahora.
lasting-minutes = { $count ->
    [one] un minuto
   *[other] { $count } minutos
  }
lasting-hours = { $count ->
    [one] una hora
   *[other] { $count } horas
  }
lasting-days = { $count ->
    [one] un día
   *[other] { $count } días
  }

desk-open = Esta sala
desk-heading = Esta sala
desk-slow = ¿Qué tan rápido puede ir?
desk-slow-off = Tan rápido como se quiera
desk-slow-light = { $seconds } segundos entre dos mensajes
desk-slow-firm = { $seconds } segundos entre dos mensajes, más lento
desk-slow-strong = { $seconds } segundos entre dos mensajes, lo más lento
desk-slow-do = Fijar el ritmo
desk-slow-on = La sala va despacio ahora.
desk-slow-gone = La sala sigue al ritmo de las personas.
desk-close-length = Cerrar la sala por
desk-close-open-end = el tiempo que haga falta
desk-close-words = Por qué, con tus palabras, para todos
desk-close-do = Cerrar la sala
desk-closed-now = La sala está cerrada para escribir.
desk-open-do = Abrir la sala
desk-opened-now = La sala está abierta.
desk-sanctions = Quién no participa ahora
desk-sanctions-none = Aquí no hay nadie silenciado, sacado ni excluido.
desk-lift = Levantarlo
desk-lift-whose = Levantarlo para { $name }
desk-lifted = Se levantó: { $name } puede participar de nuevo.
rooms-block-whom = Bloquear a { $name }
rooms-block-heading = ¿Bloquear a esta persona?
rooms-block-unseen = Desde este momento no ves nada de lo que escribe, en ninguna sala, ni que está allí.
rooms-block-unmet = No puede pedir hablar contigo ni escribirte, y nunca les tocará hablar.
rooms-block-untold = No se le avisa. Puede seguir leyendo lo que escribes en las salas.
rooms-block-team = Lo que escriben quienes moderan y el equipo en las salas que cuidan te sigue llegando.
rooms-block-undo = Puedes deshacerlo en cualquier momento:
rooms-blocked = Has bloqueado a { $name }. En tu cuenta encuentras a todas las personas que has bloqueado.
