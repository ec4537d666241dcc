# Cursos, sus secciones y cuestionarios.
courses-title = Aprender
courses-description = Cursos cortos sobre escuchar y sobre cuidar de ti, abiertos a todo el mundo.
courses-lead = Cursos cortos, a tu ritmo. Aprobar la formación de oyentes te abre el camino para escuchar.
courses-none = Todavía no hay ningún curso aquí.
courses-sections = { $count ->
    [one] una sección
   *[other] { $count } secciones
  }
courses-passed = aprobado
courses-course-passed = Aprobaste este curso.
courses-trail = Dónde estás
courses-contents = Contenido del curso
courses-with-quiz = con cuestionario
courses-quiz-passed = cuestionario aprobado
courses-read = leída
courses-done = Ya leí esto
courses-done-next = Ya leí esto, continuar
courses-pager = Secciones
courses-previous = Sección anterior
courses-next = Sección siguiente
courses-quiz-start = Hacer el cuestionario
courses-quiz-again = Hacer el cuestionario otra vez
courses-quiz-title = Cuestionario: { $title }
courses-quiz-about = Marca cada afirmación. Basta con un { $percent } % de aciertos, y puedes intentarlo cuantas veces quieras.
courses-quiz-mark = Ver cómo te fue
courses-answer-true = Verdadero
courses-answer-false = Falso
courses-score-title = Cómo te fue: { $title }
courses-score = { $right } de { $of } bien, { $percent } %.
courses-score-passed = Es suficiente: aprobaste este cuestionario.
courses-score-not-passed = Todavía no es suficiente. Lee las explicaciones, mira la sección de nuevo e inténtalo otra vez cuando quieras.
courses-explanations = Explicaciones
courses-answered-true = Marcaste que es verdadero.
courses-answered-false = Marcaste que es falso.
courses-was-right = Es correcto.
courses-was-wrong = No es correcto.
courses-to-section = Volver a la sección
courses-to-listener = Ser oyente
