mail-foot = { $site }
  { $home }
mail-recover-subject = Un enlace para elegir una contraseña nueva
mail-recover = Hola:

  Alguien, esperamos que tú, pidió una contraseña nueva para { $name }. Elige una aquí:

  { $link }

  El enlace sirve una vez, y durante { $minutes } minutos. Después tu sesión se cierra en todas partes.

  Si no fuiste tú, no hay nada que hacer: tu contraseña queda como está.
mail-email-confirm-subject = Confirma tu dirección, por favor
mail-email-confirm = Hola:

  Alguien, esperamos que tú, dio esta dirección para que se pueda enviar aquí un enlace si se olvida una contraseña. Confírmala aquí:

  { $link }

  El enlace sirve durante { $hours } horas.

  Si no fuiste tú, no hay nada que hacer: la dirección se olvida por sí sola.
mail-notice-subject = Un aviso sobre tu cuenta
mail-notice = Hola:

  Pasó algo con una cuenta para la que se dio esta dirección:

  { $what }
  { $when }

  Si fuiste tú, no hay nada que hacer.

  Si no fuiste tú, o no lo sabes con certeza, esta página dice qué ayuda:

  { $link }

  Ningún enlace de esta carta inicia la sesión de nadie, y nunca pedimos una contraseña por carta.
mail-trial-title = Cartas de esta prueba
mail-trial-lead = Este servidor se inició para probar. Las cartas no van a ningún lugar: se muestran aquí y se olvidan cuando se detiene.
mail-trial-to = Para:
mail-trial-none = Todavía no hay ninguna carta. Tarda uno o dos segundos.
mail-trial-again = Mirar de nuevo
mail-trial-link = ¿Solo estás probando? La carta se muestra aquí
