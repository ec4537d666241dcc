# La página de inicio: qué te trae, y los caminos desde aquí.
front-title = Alguien con quien hablar
front-heading = No tienes que llevarlo a solas.
front-lead = Habla con una persona voluntaria que sabe escuchar: por escrito, gratis y sin dar tu nombre real.
front-what-brings-you = ¿Qué te trae por aquí?
front-talk-now = Hablar con un oyente
front-listening = { $count ->
    [one] Hay un oyente aquí ahora.
   *[other] Hay { $count } oyentes aquí ahora.
  }
front-always-open = Abierto de día y de noche, en todas partes.
front-waiting = { $count ->
    [one] Una persona está esperando.
   *[other] { $count } personas están esperando.
  }
front-danger-heading = ¿Estás en peligro, o piensas en terminar con tu vida?
front-danger = Ahora mismo puedes hablar con personas preparadas para esto, por teléfono, por mensaje o por chat.
front-danger-link = Ver a quién puedes acudir
front-other-ways = Otras formas de empezar
front-rooms = Estar con otras personas en una sala
front-rooms-about = Varias personas hablan juntas, y la moderación cuida el lugar. Puedes solo leer.
front-learn = Leer algo que ayude
front-learn-about = Cursos cortos sobre escuchar, a otros y a ti. Abiertos a todo el mundo.
front-listen = Escuchar a alguien
front-listen-about = Haz la formación y acompaña a otra persona.
front-sign-up = Conservar tu lugar
front-sign-up-about = Con una contraseña puedes volver al mismo nombre y a los mismos chats desde cualquier dispositivo.
front-how = Qué pasa cuando hablas
front-how-1 = Dices de qué se trata, con una sola elección. La primera vez respondes dos preguntas cortas y lees lo que acordamos.
front-how-2 = Esperas en una sola cola para todo el mundo. Ves tu lugar y una estimación honesta.
front-how-3 = Un oyente abre el chat. Puedes terminarlo en cualquier momento, sin dar explicaciones.
front-rather = O mejor otra cosa
front-brings = Nos dijiste qué te trae: { $topic }.
