/*
 * The protocol of a stage, in small: weeks of two stages, workers, a crash, a replay. README.md maps every
 * action here to the function that it stands for, and says what is left out.
 *
 * Each atomic block is one call of a port: what happens between two of them is up to the scheduler. Every
 * fault has a budget, so that every behaviour is finite: faults stop, and then all must end well.
 */
#ifndef CRASHES
#define CRASHES 1
#endif
/* Of all other kinds together: lost heartbeats, a transient or permanent error, a task that times out. */
#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef RECEIVES
#define RECEIVES 2
#endif
#ifndef BUSY_WEEKS
#define BUSY_WEEKS 2
#endif
#define WEEKS 2
#define LAST 1
#define RUN 0
#define REPLAY 1

/* Stages are numbered by week: row w*2+s. Messages are numbered by row and by what sent them: row*2+kind. */
#define ROW(w, s) ((w) * 2 + (s))
#define MESSAGE(r, kind) ((r) * 2 + (kind))
#define ATTEMPT(m) ((m) % 2 + 1)
#define KIND(m) ((m) % 2)
#define ROWOF(m) ((m) / 2)
#define WEEKOF(r) ((r) / 2)
#define STAGEOF(r) ((r) % 2)

mtype:Status = { NONE, RUNNING, RETRYING, COMPLETE, FAILED };
mtype:Place = { ABSENT, VISIBLE, INFLIGHT, DEAD, BURYING, GONE };
mtype:Answer = { UNBORN, WAITING, SUCCEEDED, REFUSED, EXPIRED };

typedef Row {
  mtype:Status status = NONE;
  byte attempt;
  byte fence;
  byte committed;    /* the attempt whose result is stored */
  bit lease;
  bit silent;        /* no heartbeat renews the lease: it runs out in its own time */
  bit pending;       /* committed, not handed on */
  bit replay
}
typedef Week {
  mtype:Status status = NONE;
  byte attempt = 1;
  bit replay;
  bit over           /* its branch of the state machine has ended */
}
typedef Message {
  mtype:Place state = ABSENT;
  byte receives;
  bit silent         /* in flight, and no heartbeat extends its visibility: it comes back in its own time */
}

Row row[4];
Week week[WEEKS];
Message message[8];
mtype:Answer token[4] = UNBORN;

byte crashes, faults;

/* The run and its revisions: what attempt of each week each of them holds. */
bit runEnded;
byte revision, revisions;
typedef Revision { byte attempt[WEEKS]; bit mailing; byte mails; bit published }
Revision rev[5];
bit replaySent;

/* Executions that are asked to publish: the run's own, and one correction for the replay. */
bit askedRun, askedCorrection;
/* Commits and attempts already settled, for the properties. */
bit settledOnce[8];

inline send(m) {
  if
  :: message[m].state == ABSENT || message[m].state == GONE ->
     message[m].state = VISIBLE; message[m].receives = 0
  :: else /* two copies of one replay's message: the second changes nothing that the first does not */
  fi
}

#define HOLDS_RECEIPT(m, receipt) (message[m].state == INFLIGHT && message[m].receives == receipt)
#define HOLDS_FENCE(r, fence) (row[r].fence == fence && row[r].status == RUNNING)

/* Back to the queue; after the last receive, to the dead letters. A receipt that is not the newest does nothing. */
inline release(m, receipt) {
  if
  :: HOLDS_RECEIPT(m, receipt) ->
     message[m].silent = 0;
     if
     :: receipt >= RECEIVES -> message[m].state = DEAD
     :: else -> message[m].state = VISIBLE
     fi
  :: else
  fi
}

inline acknowledge(m, receipt) {
  if
  :: HOLDS_RECEIPT(m, receipt) -> message[m].state = GONE; message[m].silent = 0
  :: else
  fi
}

inline answer(r, ok) {
  answered = 0;
  if
  :: token[r] == WAITING ->
     answered = 1;
     /* answer-follows-commit */
     if
     :: ok -> assert(row[r].committed > 0); token[r] = SUCCEEDED
     :: else -> assert(row[r].status == FAILED || row[r].attempt > 1); token[r] = REFUSED
     fi
  :: else
  fi
}

inline settleWeek(r, attempt_, status_, replay_) {
  if
  :: (status_ == FAILED || STAGEOF(r) == LAST) && week[WEEKOF(r)].attempt <= attempt_ ->
     /* complete-stays */
     assert(!(week[WEEKOF(r)].status == COMPLETE && week[WEEKOF(r)].attempt == attempt_ && status_ == FAILED));
     week[WEEKOF(r)].attempt = attempt_;
     week[WEEKOF(r)].status = status_;
     week[WEEKOF(r)].replay = week[WEEKOF(r)].replay | replay_
  :: else
  fi
}

inline passOn(r, status_) {
  if
  :: status_ == COMPLETE && STAGEOF(r) < LAST -> send(MESSAGE(r + 1, REPLAY))
  :: else -> askedCorrection = 1
  fi
}

inline handedOn(r, fence_) {
  if
  :: row[r].fence == fence_ && row[r].pending -> row[r].pending = 0
  :: else
  fi
}

inline failWeek(w, attempt_) {
  if
  :: week[w].status != COMPLETE && week[w].status != FAILED && week[w].attempt <= attempt_ ->
     week[w].status = FAILED
  :: else
  fi
}

/* No heartbeat any more. Lease and visibility each run out in their own time, and clocks differ: in either order. */
inline fallSilent() {
  if
  :: row[r].lease && row[r].fence == fence -> row[r].silent = 1
  :: else
  fi;
  if
  :: HOLDS_RECEIPT(m, receipt) -> message[m].silent = 1
  :: else
  fi
}

/* Dies here; or stalls, or loses heartbeats, and goes on; or just goes on. */
inline mayFail() {
  if
  :: crashes < CRASHES -> crashes++; fallSilent(); goto idle
  :: faults < FAULTS -> faults++; fallSilent()
  :: true
  fi
}

inline forget() {
  m = 0; r = 0; receipt = 0; fence = 0; attempt = 0; replay = 0; pending = 0; answered = 0; status = NONE
}

inline snapshot() {
  fence = row[r].fence; attempt = row[r].attempt; status = row[r].status; replay = row[r].replay;
  pending = row[r].pending
}

active [2] proctype Worker() {
  byte m, r, receipt, fence, attempt;
  bit replay, pending, answered;
  mtype:Status status = NONE;

idle:
  atomic { /* receive */
    forget();
end:
    if
    :: message[0].state == VISIBLE -> m = 0
    :: message[1].state == VISIBLE -> m = 1
    :: message[2].state == VISIBLE -> m = 2
    :: message[3].state == VISIBLE -> m = 3
    :: message[4].state == VISIBLE -> m = 4
    :: message[5].state == VISIBLE -> m = 5
    :: message[6].state == VISIBLE -> m = 6
    :: message[7].state == VISIBLE -> m = 7
    fi;
    r = ROWOF(m);
    message[m].state = INFLIGHT;
    message[m].receives++;
    receipt = message[m].receives;
    mayFail()
  }
  atomic { /* claim */
    if
    :: row[r].status == NONE || ATTEMPT(m) > row[r].attempt -> goto compute
    :: else
    fi;
    if
    :: ATTEMPT(m) < row[r].attempt && (row[r].status == RUNNING || row[r].status == RETRYING) ->
       release(m, receipt); goto idle
#ifdef ACKNOWLEDGE_WHAT_IS_BUSY
    :: ATTEMPT(m) == row[r].attempt && row[r].status == RUNNING && row[r].lease -> acknowledge(m, receipt); goto idle
#else
    :: ATTEMPT(m) == row[r].attempt && row[r].status == RUNNING && row[r].lease -> release(m, receipt); goto idle
#endif
#ifdef RECOMPUTE_WHAT_IS_SETTLED
    :: ATTEMPT(m) == row[r].attempt -> goto compute
#else
    :: ATTEMPT(m) == row[r].attempt && (row[r].status == RUNNING || row[r].status == RETRYING) -> goto compute
#endif
#ifdef SKIP_A_DUPLICATE
    :: else -> acknowledge(m, receipt); goto idle
#else
    :: else -> snapshot(); goto handOff
#endif
    fi;
compute:
    /* settled-is-not-recomputed */
    assert(!settledOnce[MESSAGE(r, KIND(m))]);
    row[r].status = RUNNING;
    row[r].attempt = ATTEMPT(m);
#ifndef SAME_FENCE_FOR_ALL
    row[r].fence++;
#endif
    row[r].lease = 1; row[r].silent = 0; row[r].pending = 0;
    row[r].replay = KIND(m);
    snapshot();
#ifdef ACKNOWLEDGE_BEFORE_COMMIT
    acknowledge(m, receipt);
#endif
    mayFail()
  }
  atomic { /* startWeek */
    if
    :: week[WEEKOF(r)].attempt > attempt
    :: week[WEEKOF(r)].attempt == attempt && (week[WEEKOF(r)].status == COMPLETE || week[WEEKOF(r)].status == FAILED)
    :: else ->
       week[WEEKOF(r)].status = RUNNING; week[WEEKOF(r)].attempt = attempt;
       week[WEEKOF(r)].replay = week[WEEKOF(r)].replay | replay
    fi;
    mayFail()
  }
#ifdef CALL_BACK_BEFORE_COMMIT
  atomic { if :: KIND(m) == RUN -> answer(r, true) :: else fi; mayFail() }
#endif
work:
  atomic { /* work, its heartbeats, and its commit */
    if
    /* Each half of the heartbeat by itself: one may fail where the other does not. */
#ifdef HEARTBEAT_WITHOUT_THE_FENCE
    :: row[r].status == RUNNING && !row[r].lease -> row[r].lease = 1; row[r].silent = row[r].fence != fence; goto work
#else
    :: HOLDS_FENCE(r, fence) && (row[r].silent || !row[r].lease) -> row[r].lease = 1; row[r].silent = 0; goto work
#endif
    :: HOLDS_FENCE(r, fence) && HOLDS_RECEIPT(m, receipt) && message[m].silent -> message[m].silent = 0; goto work
    :: status = COMPLETE
    :: faults < FAULTS -> faults++; status = RETRYING
    :: faults < FAULTS -> faults++; status = FAILED
    fi;
#ifndef SKIP_THE_FENCE
    if
    :: !HOLDS_FENCE(r, fence) -> release(m, receipt); goto idle
    :: else
    fi;
#endif
    /* fence-holds */
    assert(HOLDS_FENCE(r, fence));
    row[r].lease = 0; row[r].silent = 0;
    row[r].status = status;
    if
    :: status == RETRYING -> release(m, receipt); goto idle
    :: else
    fi;
    /* committed-is-final */
    assert(!settledOnce[MESSAGE(r, attempt - 1)] && row[r].committed < attempt);
    settledOnce[MESSAGE(r, attempt - 1)] = 1;
    row[r].pending = 1;
    pending = 1;
    if
    :: status == COMPLETE -> row[r].committed = attempt
    :: else
    fi;
    mayFail()
  }
handOff:
  atomic { settleWeek(r, attempt, status, replay); mayFail() }
  atomic {
    if
    :: KIND(m) == RUN -> answer(r, status == COMPLETE)
    :: else
    fi;
    mayFail()
  }
  atomic {
    if
    :: !answered && replay && pending ->
#ifndef REPLAY_STANDS_STILL
       passOn(r, status);
#else
       skip;
#endif
       mayFail()
    :: else
    fi
  }
  atomic { handedOn(r, fence); mayFail() }
  atomic { acknowledge(m, receipt); goto idle }
}

/* The dead-letter consumer. It waits while a worker holds the lease; it is never killed here. */
active proctype DeadLetters() {
  byte m, r, receipt, fence, attempt;
  bit replay, pending, answered, mine;
  mtype:Status status = NONE;

#define ISMINE(n) (row[ROWOF(n)].attempt == ATTEMPT(n))
#define BUSY(n) (ISMINE(n) && row[ROWOF(n)].status == RUNNING && row[ROWOF(n)].lease)
#define READY(n) (message[n].state == DEAD && !BUSY(n))
end:
  do
  :: atomic { /* settle */
    if
    :: READY(0) -> m = 0
    :: READY(1) -> m = 1
    :: READY(2) -> m = 2
    :: READY(3) -> m = 3
    :: READY(4) -> m = 4
    :: READY(5) -> m = 5
    :: READY(6) -> m = 6
    :: READY(7) -> m = 7
    fi;
    message[m].state = BURYING;
    r = ROWOF(m);
    mine = ISMINE(m);
    if
    :: mine && (row[r].status == RUNNING || row[r].status == RETRYING) ->
       row[r].status = FAILED; row[r].fence++; row[r].pending = 1; row[r].silent = 0;
       settledOnce[m] = 1
    :: else
    fi;
    snapshot()
    }
    if
    :: mine ->
       atomic { settleWeek(r, attempt, status, replay) }
       atomic { if :: KIND(m) == RUN -> answer(r, status == COMPLETE) :: else fi }
       atomic { if :: !answered && replay && pending -> passOn(r, status) :: else fi }
       atomic { handedOn(r, fence) }
    :: else -> atomic { failWeek(WEEKOF(r), ATTEMPT(m)) }
    fi;
    atomic { /* bury: whoever waits is told */
      if
#ifndef DEAD_LETTER_WITHOUT_AN_ANSWER
      :: KIND(m) == RUN && !(mine && status == COMPLETE) && token[r] == WAITING -> token[r] = REFUSED
#endif
      :: else
      fi;
      message[m].state = GONE;
      forget(); mine = 0
    }
  od
}

/* A week's branch of the state machine: a task per stage, and the failure recorder. */
proctype Branch(byte w) {
  byte s;
  do
  :: s <= LAST ->
     atomic { token[ROW(w, s)] = WAITING; send(MESSAGE(ROW(w, s), RUN)) }
     atomic {
       token[ROW(w, s)] != WAITING;
       if
       :: token[ROW(w, s)] == SUCCEEDED -> s++
       :: else -> failWeek(w, 1); break
       fi
     }
  :: else -> break
  od;
  atomic {
    week[w].over = 1;
    if
    :: week[0].over && week[1].over -> askedRun = 1
    :: else
    fi
  }
}

/* Time: a lease and a visibility that no heartbeat renews run out, at no fault's cost; tasks time out. */
#define LEASE(n) row[n].lease && row[n].silent -> row[n].lease = 0; row[n].silent = 0
#define VISIBILITY(n) message[n].state == INFLIGHT && message[n].silent -> release(n, message[n].receives)
#define TASK(n) token[n] == WAITING && faults < FAULTS -> faults++; token[n] = EXPIRED

active proctype Time() {
end:
  do
  :: atomic { LEASE(0) } :: atomic { LEASE(1) } :: atomic { LEASE(2) } :: atomic { LEASE(3) }
  :: atomic { VISIBILITY(0) } :: atomic { VISIBILITY(1) } :: atomic { VISIBILITY(2) } :: atomic { VISIBILITY(3) }
  :: atomic { VISIBILITY(4) } :: atomic { VISIBILITY(5) } :: atomic { VISIBILITY(6) } :: atomic { VISIBILITY(7) }
  :: atomic { TASK(0) } :: atomic { TASK(1) } :: atomic { TASK(2) } :: atomic { TASK(3) }
  od
}

/* larder replay: one week, from a stage whose input is there, when the run has ended. */
#define REPLAYABLE(s) (runEnded && (s == 0 || row[0].committed > 0))

/* The weeks are alike, so that week 0 stands for either. */
active proctype Operator() {
end:
  if
  :: atomic { REPLAYABLE(0) -> replaySent = 1; send(MESSAGE(0, REPLAY)) }
  :: atomic { REPLAYABLE(1) -> replaySent = 1; send(MESSAGE(1, REPLAY)) }
  fi
}

#define FORECAST(w) row[ROW(w, LAST)].committed
#define HOLDS(n) (rev[n].attempt[0] == held[0] && rev[n].attempt[1] == held[1])
#define NEWER(n) (rev[n].attempt[0] > held[0] || rev[n].attempt[1] > held[1])
#define PUBLISHER_MAY_CRASH if :: crashes < CRASHES -> crashes++; goto again :: true fi

/* An execution that publishes: the run's own, or the replay's correction. It is retried when it dies. */
proctype Publisher(bit correction) {
  byte held[WEEKS], n;
  bit late, mine;

end:
  atomic { (!correction && askedRun) || (correction && askedCorrection) };
again:
  atomic { n = 0; mine = 0; late = correction };
next:
  atomic { /* the view, and whether others of the replay are under way */
    if
    :: late && (!runEnded || (week[0].replay && week[0].status == RUNNING)
                          || (week[1].replay && week[1].status == RUNNING)) -> goto done
    :: else
    fi;
    held[0] = FORECAST(0); held[1] = FORECAST(1); n = revisions;
    PUBLISHER_MAY_CRASH
  }
  atomic { /* takeRevision */
    do
#ifndef PUBLISH_TWICE
    :: n > 0 && HOLDS(n - 1) -> break
#endif
#ifndef PUBLISH_AN_OLD_READING
    :: n > 0 && !HOLDS(n - 1) && NEWER(n - 1) -> goto next
#endif
    :: else ->
       if
       :: n < revisions -> n++
       :: else ->
          /* revisions-rise, one-revision-per-state */
          assert(n == 0 || (!NEWER(n - 1) && !HOLDS(n - 1)));
          rev[n].attempt[0] = held[0]; rev[n].attempt[1] = held[1];
          revisions++; n++;
          break
       fi
    od;
    PUBLISHER_MAY_CRASH
  }
  atomic { /* endRun */
    rev[n - 1].published = 1; runEnded = 1;
    if
    :: revision < n -> revision = n
    :: else
    fi;
    PUBLISHER_MAY_CRASH
  }
  atomic { /* sendOnce: NONE to SENDING */
    mine = !rev[n - 1].mailing;
#ifdef MAIL_WITHOUT_THE_RECORD
    mine = 1;
#endif
    rev[n - 1].mailing = 1;
    PUBLISHER_MAY_CRASH
  }
  atomic {
    if
    :: mine ->
       rev[n - 1].mails++;
       /* one-mail-per-revision */
       assert(rev[n - 1].mails == 1);
       PUBLISHER_MAY_CRASH
    :: else
    fi
  }
  atomic { /* settledMeanwhile */
    if
    :: !late && (FORECAST(0) > rev[revisions - 1].attempt[0] || FORECAST(1) > rev[revisions - 1].attempt[1]) &&
       ((week[0].replay && FORECAST(0) > rev[revisions - 1].attempt[0]) ||
        (week[1].replay && FORECAST(1) > rev[revisions - 1].attempt[1])) -> late = 1; goto next
    :: else
    fi
  }
done:
  atomic { held[0] = 0; held[1] = 0; n = 0; mine = 0; late = 0 }
}

init {
  atomic {
    run Branch(0);
#if BUSY_WEEKS == 2
    run Branch(1);
#else
    week[1].over = 1; week[1].status = COMPLETE;
#endif
    run Publisher(0); run Publisher(1)
  }
}

#define ENDED(w) (week[w].over && (week[w].status == COMPLETE || week[w].status == FAILED))
#define ANSWERED(n) (token[n] != WAITING)
#define SETTLED(w) (week[w].status == COMPLETE || week[w].status == FAILED)
#define REPLAY_OUT (week[0].attempt == 2 && SETTLED(0) && \
  (week[0].status == FAILED || (rev[revision - 1].published && rev[revision - 1].attempt[0] == 2)))
#define ALL_ANSWERED (ANSWERED(0) && ANSWERED(1) && ANSWERED(2) && ANSWERED(3))

/* When nobody can do anything any more. */
active proctype Judge() {
end:
  atomic {
    timeout ->
    assert(ENDED(0) && ENDED(1)); /* every-week-ends */
    assert(runEnded); /* every-run-ends */
    assert(ALL_ANSWERED); /* every-token-answered */
    assert(!replaySent || REPLAY_OUT) /* replay-ends-published */
  }
}

ltl every_week_ends { <> (ENDED(0) && ENDED(1)) }
ltl every_run_ends { <> runEnded }
ltl every_token_answered { <> [] ALL_ANSWERED }
ltl replay_ends_published { [] (replaySent -> <> REPLAY_OUT) }
