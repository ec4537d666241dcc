# Letters by e-mail, in plain text. They say nothing of anybody's talks: others may read over somebody's shoulder.
mail-foot = { $site }
  { $home }
mail-recover-subject = A link to choose a new password
mail-recover = Hello,

  somebody, you we hope, asked for a new password for { $name }. Choose one here:

  { $link }

  The link works once, and for { $minutes } minutes. You are then signed out everywhere.

  If it was not you, there is nothing to do: your password stays as it is.
mail-email-confirm-subject = Please confirm your address
mail-email-confirm = Hello,

  somebody, you we hope, gave this address so that a link can be sent here if a password is forgotten. Confirm it here:

  { $link }

  The link works for { $hours } hours.

  If it was not you, there is nothing to do: the address is forgotten by itself.
mail-notice-subject = A note about your account
mail-notice = Hello,

  something happened with an account for which this address was given:

  { $what }
  { $when }

  If it was you, there is nothing to do.

  If it was not you, or you are not sure, this page says what helps:

  { $link }

  No link of this letter signs anybody in, and we never ask for a password by letter.
mail-trial-title = Letters of this trial
mail-trial-lead = This server was started for trying things out. Letters go nowhere: they are shown here, and forgotten when it stops.
mail-trial-to = To:
mail-trial-none = No letter yet. It takes a second or two.
mail-trial-again = Look again
mail-trial-link = Trying things out? The letter is shown here
