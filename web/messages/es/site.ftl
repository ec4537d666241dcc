# El marco de cada página.
site-description = Alguien con quien hablar, de día y de noche: oyentes voluntarios con formación, salas con otras personas y cursos cortos. Gratis y sin dar tu nombre real.
site-skip-to-content = Saltar al contenido
site-skip-to-navigation = Saltar a la navegación
site-navigation = Principal
site-nav-talk = Hablar
site-nav-rooms = Salas
site-nav-learn = Aprender
site-nav-listen = Escuchar
site-nav-account = Tú
site-nav-sign-in = Iniciar sesión
site-help-now = Ayuda ahora
site-leave = Salir
site-leave-long = Salir de este sitio ahora
site-leave-hint = Sale de este sitio al instante. Presionar Mayús tres veces hace lo mismo.
site-footer-what = Los oyentes de aquí son personas voluntarias con formación. No son médicos ni terapeutas, y no pueden ir adonde estás en una emergencia.
site-footer-navigation = Sobre este lugar
site-footer-help = Ayuda en crisis por país
site-footer-guidelines = Normas de la comunidad
site-footer-agreement = Acuerdo de miembros
site-footer-privacy = Privacidad
site-footer-listener = Ser oyente
site-footer-staff = Equipo
site-footer-leave = Para salir rápido, presiona Mayús tres veces o usa Salir. Tu navegador todavía recuerda que estuviste aquí.
site-languages = Idioma de estas páginas
site-optional = (opcional)
site-connecting = Conectando…
site-offline = Se perdió la conexión. Se vuelve a intentar por sí sola. Lo que escribes se conserva.
site-offline-wait = Se perdió la conexión. Se vuelve a intentar en { $seconds ->
    [one] { $seconds } segundo
   *[other] { $seconds } segundos
  }. Lo que escribes se conserva.
site-try-now = Intentar ahora
site-ended = Tu sesión se cerró, así que esta página ya no recibe nada.
site-back-online = De nuevo en conexión.
site-close = Cerrar
site-cancel = Cancelar
site-elsewhere-place = { $place ->
    [1] Sigues tú en la cola.
   *[other] Tienes el número { $place } en la cola.
  }
site-elsewhere-kept = Conservas tu lugar mientras esta página esté abierta.
site-elsewhere-to-queue = Volver a la cola
site-elsewhere-here = Un oyente está aquí para ti: { $name }.
site-elsewhere-open = Tu chat con { $name } está abierto.
site-elsewhere-to-chat = Ir al chat
site-switch = Cambiar
