consent-title = El permiso de tu madre, padre o tutor
consent-band = Tienes entre 13 y 17 años, así que tu madre, tu padre o quien te cuida tiene que estar de acuerdo antes de que hables con otras personas aquí.
consent-band-link = Pedir permiso y ver qué está abierto ahora
consent-lead = Este lugar también es para ti. Como tienes entre 13 y 17 años, antes de que hables con otras personas le preguntamos a tu madre, a tu padre o a quien te cuida. Todo lo demás está abierto para ti ahora.
consent-not-needed = No falta nada: puedes hablar con otras personas aquí.
consent-given = Dieron su permiso. Puedes hablar con otras personas aquí.
consent-ask = Pedir permiso
consent-ask-again = Pedir de nuevo, o a otra persona
consent-how = Enviamos una carta que dice qué es este lugar y pregunta si están de acuerdo. No dice nada de lo que te trae aquí, ni cómo te llamas aquí. Más tarde una segunda carta pregunta de nuevo, para estar seguros.
consent-email = Su dirección de correo
consent-email-hint = De tu madre, de tu padre o de quien te cuida. La olvidamos cuando hayan respondido.
consent-send = Enviar la carta
consent-asked = Una carta va en camino a { $to }. Allí se le pide que diga sí o no en una página.
consent-once = Ya dijeron que sí una vez. Una segunda carta a { $to } pide confirmarlo. Después puedes hablar con otras personas.
consent-second-at = La segunda carta sale:
consent-until = Pueden responder hasta:
consent-look-again = Ver si ya respondieron
consent-no = La respuesta fue no. Si quieres, háblalo con ellos y pide de nuevo más adelante. Todo lo de abajo sigue abierto para ti.
consent-withdrawn = Se retiró el permiso, así que por ahora no puedes hablar con otras personas. No es un castigo, y no hiciste nada malo. Todo lo de abajo sigue abierto para ti.
consent-expired = Nadie respondió a tiempo. Puedes pedir de nuevo.
consent-no-mail = Este sitio no puede enviar cartas por ahora, así que no puede pedir permiso. Todo lo de abajo está abierto para ti.
consent-open = Lo que está abierto para ti ahora
consent-open-learn = Cursos cortos que ayudan: a ti, y a acompañar a otras personas
consent-open-help = Ayuda en crisis: personas preparadas para esto, en tu país. No se le pregunta antes a nadie
consent-hard = Si es difícil pedirlo en casa
consent-hard-about = A veces es justo a tu familia a quien no le puedes pedir. No estás a solas con eso. Las líneas de ayuda para jóvenes escuchan sin preguntarle antes a nadie, y no tienes que dar tu nombre. También puedes acudir a alguien de la escuela o del centro de salud.
consent-hard-help = A quién puedes acudir
consent-guest = Estás como visitante: el permiso es de esta cuenta, en este navegador. Con una contraseña conservas los dos.
parent-title = ¿Estás de acuerdo?
parent-lead-first = Una persona joven nos dijo que eres su madre o padre, o que está a tu cuidado. Le gustaría hablar con otras personas aquí, y antes te preguntamos a ti.
parent-lead-second = Hace un tiempo dijiste que sí. Confírmalo, por favor: solo entonces podrá hablar con otras personas aquí.
parent-what = Qué es este lugar
parent-what-about = Aquí se habla por escrito y sin nombres reales: con personas voluntarias que escuchan, y en salas pequeñas que cuida la moderación. Los jóvenes de 13 a 17 años hablan entre sí y con oyentes que hemos comprobado; los adultos no llegan a ellos. Los oyentes no son médicos ni terapeutas. Es gratis.
parent-means = Qué significa tu permiso
parent-means-about = La persona joven podrá hablar con oyentes y en salas para su edad. Sin él puede leer, hacer cursos y encontrar ayuda en crisis.
parent-private = Lo que hablen es suyo. No se lo contamos a nadie, tampoco a ti, y esta página nunca lo mostrará.
parent-withdraw = Puedes retirarlo
parent-withdraw-about = En cualquier momento: la segunda carta, y la siguiente, traen un enlace para eso. Vale al instante.
parent-kept = Cuando hayas respondido olvidamos tu dirección. Guardamos que diste tu permiso y cuándo, y una huella de la dirección con la que cuidamos que nadie reciba demasiadas cartas así.
parent-twice = { $hours ->
    [0] Un momento después de tu sí, una segunda carta te pide confirmarlo.
    [one] Más o menos una hora después de tu sí, una segunda carta te pide confirmarlo.
   *[other] Unas { $hours } horas después de tu sí, una segunda carta te pide confirmarlo.
  }
parent-agree-first = Sí, soy su madre, padre o tutor, y estoy de acuerdo
parent-agree-second = Sí, lo confirmo
parent-refuse = No, no estoy de acuerdo
parent-done-once = { $hours ->
    [0] Gracias. En un momento llega una segunda carta: confírmalo allí, por favor.
    [one] Gracias. En una hora, más o menos, llega una segunda carta: confírmalo allí, por favor.
   *[other] Gracias. En unas { $hours } horas llega una segunda carta: confírmalo allí, por favor.
  }
parent-done-given = Gracias. Ya puede hablar con otras personas. Una última carta te lleva el enlace con el que puedes retirar el permiso en cualquier momento.
parent-done-no = Gracias por responder. No hablará con otras personas aquí, y hemos olvidado tu dirección. La ayuda en crisis sigue abierta, como para todo el mundo.
parent-withdraw-title = Retirar tu permiso
parent-withdraw-lead = Desde ahora la persona joven no podría hablar con otras personas aquí. Lo que esté en curso termina al instante.
parent-withdraw-thought = Si puedes, díselo antes tú: para algunas personas es un momento difícil para quedarse sin esto. Leer, los cursos y la ayuda en crisis siguen abiertos.
parent-withdraw-do = Retirarlo ahora
parent-withdrawn = Tu permiso está retirado. Ya vale.
mail-consent-first-subject = Alguien pide tu permiso
mail-consent-first = Hola:

  Una persona joven nos dio esta dirección como la de su madre o padre, o de quien le cuida. Le gustaría usar { $site }, y como tiene entre 13 y 17 años te preguntamos antes a ti.

  Qué es: allí se habla por escrito y sin nombres reales, con personas voluntarias que escuchan, y en salas pequeñas que cuida la moderación. Los jóvenes hablan entre sí y con oyentes que hemos comprobado. Las personas voluntarias no son médicos ni terapeutas. Es gratis.

  Qué significa tu permiso: podrá hablar con otras personas allí. Lo que hable es suyo; no se le cuenta a nadie. Puedes retirar tu permiso en cualquier momento, con un enlace de nuestras próximas cartas.

  Di sí o no aquí, dentro de { $days } días:

  { $link }

  Si no eres madre, padre ni tutor de nadie que haya podido pensar en ti, o no quieres esto, di allí que no, o no hagas nada: entonces no pasa nada, y la dirección se olvida.
mail-consent-second-subject = Confirma tu permiso, por favor
mail-consent-second = Hola:

  Hace un tiempo alguien dijo que sí en la página de nuestra primera carta: que una persona joven a tu cuidado puede hablar con otras personas en { $site }.

  Si fuiste tú, confírmalo aquí, dentro de { $days } días. Solo entonces cuenta:

  { $link }

  Si no fuiste tú, o lo pensaste mejor, retíralo aquí:

  { $withdraw }
mail-consent-given-subject = Tu permiso está confirmado
mail-consent-given = Hola:

  Gracias. La persona joven a tu cuidado ya puede hablar con otras personas en { $site }.

  Puedes retirarlo en cualquier momento; entonces vale al instante. Guarda esta carta, por favor, por el enlace:

  { $link }

  Ya hemos olvidado tu dirección, así que esta es nuestra última carta.
