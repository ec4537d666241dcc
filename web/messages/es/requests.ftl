# Pedir a alguien con quien hablar, esperar, y el tablero de los oyentes.
requests-title = Hablar con un oyente
requests-description = Pide una persona voluntaria que te escuche. Una sola cola para todo el mundo, con tu lugar y una estimación honesta.
requests-lead = Una persona voluntaria con formación lee lo que escribes y te responde. Puedes terminar en cualquier momento.
requests-topic = ¿De qué se trata?
requests-topic-hint = Elige lo que más se acerque. Ayuda a encontrar un oyente que conozca el tema.
requests-language = ¿En qué idioma?
requests-do = Pedir un oyente
requests-what-next = Qué pasa después
requests-next-1 = Recibes un lugar en la cola. Primero se escucha a quienes corren más peligro; aparte de eso, a quien pidió antes.
requests-next-2 = Puedes salir de esta página hasta 2 minutos y conservar tu lugar.
requests-next-3 = Cuando un oyente atiende tu solicitud, el chat se abre aquí por sí solo.
requests-waiting = Estás en la cola
requests-place = { $place ->
    [1] Sigues tú.
   *[other] Tienes el número { $place }.
  }
requests-estimate = Al ritmo con que se atendió últimamente a quienes hablan tu idioma, tarda de { $low } a { $high } minutos. No podemos prometerlo, pero lo mantenemos al día aquí.
requests-estimate-about = { $minutes ->
    [0] Al ritmo con que se atendió últimamente a quienes hablan tu idioma, tarda menos de un minuto.
    [one] Al ritmo con que se atendió últimamente a quienes hablan tu idioma, tarda alrededor de un minuto.
   *[other] Al ritmo con que se atendió últimamente a quienes hablan tu idioma, tarda alrededor de { $minutes } minutos.
  }
requests-estimate-unknown = No podemos decir con honestidad cuánto tarda: últimamente se atendió a muy pocas personas.
requests-range = Alrededor de { $low } a { $high } minutos.
requests-range-about = { $minutes ->
    [0] Menos de un minuto.
    [one] Alrededor de un minuto.
   *[other] Alrededor de { $minutes } minutos.
  }
requests-range-unknown = No podemos decir cuánto tarda.
requests-meanwhile = Deja esta página abierta. Cuando un oyente atienda tu solicitud, el chat se abre aquí por sí solo, y puedes empezar a tu ritmo.
requests-meanwhile-plain = Esta página no cambia por sí sola. Mira tu lugar de vez en cuando. Cuando un oyente haya atendido tu solicitud, aquí habrá un enlace al chat.
requests-meanwhile-heading = Mientras esperas
requests-meanwhile-rooms = Estar con otras personas en una sala
requests-meanwhile-learn = Leer algo
requests-meanwhile-tabs = Se abren en una pestaña nueva, para que conserves tu lugar.
requests-about = Pediste hablar de:
requests-since = Esperando desde
requests-refresh = Ver mi lugar ahora
requests-cancel = Salir de la cola
requests-cancelled = Saliste de la cola. Puedes pedir de nuevo cuando quieras.
requests-closed-gone = Estuviste fuera más de 2 minutos, así que tu lugar pasó a la siguiente persona. Puedes pedir de nuevo ahora.
requests-closed-age-corrected = Tu solicitud se cerró porque el equipo corrigió tu grupo de edad. Puedes pedir de nuevo ahora.
requests-closed-banned = Tu solicitud se cerró porque por ahora no puedes participar.
requests-again = Pedir de nuevo
requests-matched = Hay un oyente aquí. El chat se abre ahora.

listen-title = Escuchar
listen-waiting = { $count ->
    [0] No espera nadie en este momento.
    [one] Espera una persona.
   *[other] Esperan { $count } personas.
  }
listen-nobody-note = Esta lista cambia por sí sola. Está bien dejarla abierta sin más.
listen-status = Tu estado
listen-status-online = En línea
listen-status-busy = Ocupado
listen-status-offline = Desconectado
listen-status-break = En pausa
listen-status-online-about = Quienes eligen un oyente te ven aquí y pueden pedirte.
listen-status-busy-about = Estás aquí, y nadie te pide personalmente. Puedes seguir atendiendo a personas de la cola.
listen-status-offline-about = Se muestra que no estás. Puedes seguir atendiendo a personas de la cola.
listen-status-break-about = Descansas. Nadie nuevo llega a ti, no atiendes a nadie de la cola, y tu perfil dice que estás en pausa.
listen-status-set = Guardar
listen-standing = Tu estado ({ $status }) y tus idiomas
listen-languages = Tus idiomas
listen-languages-saved = Guardado. La cola muestra a personas en estos idiomas.
listen-languages-none = Elige al menos uno.
listen-topics = Temas que no atiendes
listen-topics-about = Nadie conoce todos los temas. A quienes piden hablar de estos se les muestra a otros oyentes, y a nadie se le dice por qué.
listen-topics-saved = Guardado. La cola deja estos temas fuera para ti.
listen-topics-all = Deja al menos un tema que sí atiendas.
listen-rest = { $count ->
    [one] Detrás espera una persona más.
   *[other] Detrás esperan { $count } personas más.
  }
listen-status-failed = Tu estado no cambió.
listen-next = Atender a la siguiente persona
listen-next-about = La primera de la cola con quien puedes hablar.
listen-list = O elige a alguien
listen-take = Hablar con { $name }
listen-heavy = puede estar en peligro
listen-heavy-about = «Puede estar en peligro»: esta persona respondió que lo está ella u otra persona. Conviene que la atienda primero un oyente que se sienta con firmeza.
listen-waits-since = espera desde
listen-taking = Abriendo el chat…
listen-taken = Otro oyente fue un poco más rápido. A esta persona ya la están escuchando.
listen-nobody = Ahora mismo no espera nadie a quien puedas atender.
listen-switch = Escuchas desde tu otra cuenta. Cambiar toma un clic.
requests-closed-consent-withdrawn = Tu solicitud se cerró porque se retiró el permiso de tu madre, padre o tutor. No hiciste nada malo.
