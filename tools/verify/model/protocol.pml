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
/* The execution dies before it publishes, may be swept, and is redriven. */
#ifndef REDRIVES
#define REDRIVES 0
#endif
#ifndef REPLAYS
#define REPLAYS 1
#endif
#ifndef WORKERS
#define WORKERS 2
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
#define REDRIVE 2

/* Stages are numbered by week: row w*2+s. Messages are numbered by what sent them, and by row: kind*4+row. */
#define ROW(w, s) ((w) * 2 + (s))
#define MESSAGE(r, kind) ((kind) * 4 + (r))
#define KIND(m) ((m) / 4)
#define ROWOF(m) ((m) % 4)
/* The state machine always asks for the first; the worker raises it to that of the result that it builds on. */
#define ATTEMPT(m) (KIND(m) == REPLAY || (STAGEOF(ROWOF(m)) > 0 && row[ROWOF(m) - 1].committed == 2) -> 2 : 1)
/* Whoever waits for the row's token waits for this message's. */
#define HAS_TOKEN(m) (KIND(m) == (row[ROWOF(m)].redriven -> REDRIVE : RUN))
/* A token not seen before, and a heartbeat says that it lives. */
#define IS_NEW(m) (HAS_TOKEN(m) && !message[m].seen && token[ROWOF(m)] == WAITING)
/* The attempt that it asks for: the row's own where that remembers it. */
#define ASKS(m) (message[m].seen -> row[ROWOF(m)].attempt : ATTEMPT(m))
#define SETTLED_ONCE(r, attempt) settledOnce[(r) * 2 + (attempt) - 1]
#define WEEKOF(r) ((r) / 2)
#define STAGEOF(r) ((r) % 2)

mtype:Status = { NONE, RUNNING, RETRYING, COMPLETE, FAILED };
mtype:Place = { ABSENT, VISIBLE, INFLIGHT, DEAD, BURYING, GONE };
mtype:Answer = { UNBORN, WAITING, SUCCEEDED, REFUSED, EXPIRED, STOPPED };

typedef Row {
  mtype:Status status = NONE;
  byte attempt;
  byte fence;
  byte committed;    /* the attempt whose result is stored */
  bit lease;
  bit silent;        /* no heartbeat renews the lease: it runs out in its own time */
  bit pending;       /* committed, not handed on */
  bit interrupted;   /* FAILED by the sweeper, not for good */
  bit redriven;      /* its task was begun again, with a new token */
  bit replay
}
typedef Week {
  mtype:Status status = NONE;
  byte attempt = 1;
  bit replay;
  bit interrupted;   /* FAILED by the sweeper */
  bit over           /* its branch of the state machine has ended */
}
typedef Message {
  mtype:Place state = ABSENT;
  byte receives;
  bit silent;        /* in flight, and no heartbeat extends its visibility: it comes back in its own time */
  bit seen           /* its row's attempt remembers it */
}

Row row[4];
Week week[WEEKS];
Message message[12];
mtype:Answer token[4] = UNBORN;

byte crashes, faults;
bit stopped;         /* the execution has died, and is not redriven yet */

/* The run and its revisions: what attempt of each week each of them holds. */
bit runEnded;
bit swept;           /* FAILED by the sweeper, and not under way again */
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

inline answer(m, r, ok) {
  answered = 0;
  if
  :: HAS_TOKEN(m) && token[r] == WAITING ->
     answered = 1;
     /* answer-follows-commit */
     if
     :: ok -> assert(row[r].committed > 0); token[r] = SUCCEEDED
     :: else -> assert((row[r].status == FAILED && !row[r].interrupted) || row[r].attempt > 1); token[r] = REFUSED
     fi
  :: else
  fi
}

#define TAKES_BACK(w, attempt_, status_) \
  (week[w].status == COMPLETE && week[w].attempt == attempt_ && status_ == FAILED)
#ifdef TAKE_A_WEEK_BACK
#define MAY_SETTLE true
#else
#define MAY_SETTLE !TAKES_BACK(WEEKOF(r), attempt_, status_)
#endif

inline settleWeek(r, attempt_, status_, replay_) {
  if
  :: (status_ == FAILED || STAGEOF(r) == LAST) && week[WEEKOF(r)].attempt <= attempt_ && MAY_SETTLE ->
     /* complete-stays */
     assert(!TAKES_BACK(WEEKOF(r), attempt_, status_));
     week[WEEKOF(r)].attempt = attempt_;
     week[WEEKOF(r)].status = status_; week[WEEKOF(r)].interrupted = 0;
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

active [WORKERS] proctype Worker() {
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
#if REDRIVES
    :: message[8].state == VISIBLE -> m = 8
    :: message[9].state == VISIBLE -> m = 9
    :: message[10].state == VISIBLE -> m = 10
    :: message[11].state == VISIBLE -> m = 11
#endif
    fi;
    r = ROWOF(m);
    message[m].state = INFLIGHT;
    message[m].receives++;
    receipt = message[m].receives;
    mayFail()
  }
  atomic { /* claim */
    attempt = ASKS(m);
    if
    :: IS_NEW(m) -> swept = 0
    :: else
    fi;
    if
    :: row[r].status == NONE || attempt > row[r].attempt -> goto compute
#ifndef LEAVE_WHAT_IS_INTERRUPTED
    :: IS_NEW(m) && row[r].interrupted -> attempt = row[r].attempt; goto compute
#endif
    :: else
    fi;
    if
    :: attempt < row[r].attempt && (row[r].status == RUNNING || row[r].status == RETRYING) ->
       release(m, receipt); goto idle
#ifdef ACKNOWLEDGE_WHAT_IS_BUSY
    :: attempt == row[r].attempt && row[r].status == RUNNING && row[r].lease -> acknowledge(m, receipt); goto idle
#else
    :: attempt == row[r].attempt && row[r].status == RUNNING && row[r].lease -> release(m, receipt); goto idle
#endif
#ifdef RECOMPUTE_WHAT_IS_SETTLED
    :: attempt == row[r].attempt -> goto compute
#else
    :: attempt == row[r].attempt && (row[r].status == RUNNING || row[r].status == RETRYING) -> goto compute
#endif
#ifdef SKIP_A_DUPLICATE
    :: else -> acknowledge(m, receipt); goto idle
#else
    :: else -> message[m].seen = 1; snapshot(); goto handOff
#endif
    fi;
compute:
    /* settled-is-not-recomputed */
    assert(!SETTLED_ONCE(r, attempt));
    row[r].status = RUNNING;
    if
    :: attempt > row[r].attempt ->
       message[MESSAGE(r, RUN)].seen = 0; message[MESSAGE(r, REPLAY)].seen = 0; message[MESSAGE(r, REDRIVE)].seen = 0
    :: else
    fi;
    message[m].seen = 1;
    row[r].attempt = attempt;
#ifndef SAME_FENCE_FOR_ALL
    row[r].fence++;
#endif
    row[r].lease = 1; row[r].silent = 0; row[r].pending = 0; row[r].interrupted = 0;
    /* A message that was raised to a replay's attempt belongs to that replay. */
#ifdef REPLAY_FORGOTTEN
    row[r].replay = KIND(m) == REPLAY;
#else
    row[r].replay = attempt > 1;
#endif
    snapshot();
#ifdef ACKNOWLEDGE_BEFORE_COMMIT
    acknowledge(m, receipt);
#endif
    mayFail()
  }
  atomic { /* startWeek */
    if
    :: week[WEEKOF(r)].attempt > attempt
    :: week[WEEKOF(r)].attempt == attempt &&
       (week[WEEKOF(r)].status == COMPLETE ||
        (week[WEEKOF(r)].status == FAILED && !(week[WEEKOF(r)].interrupted && HAS_TOKEN(m))))
    :: else ->
       week[WEEKOF(r)].status = RUNNING; week[WEEKOF(r)].attempt = attempt; week[WEEKOF(r)].interrupted = 0;
       week[WEEKOF(r)].replay = week[WEEKOF(r)].replay | replay
    fi;
    mayFail()
  }
#ifdef CALL_BACK_BEFORE_COMMIT
  atomic { answer(m, r, true); mayFail() }
#endif
work:
  atomic { /* work, its heartbeats, and its commit */
    if
    /* A heartbeat: the lease while the fence holds, and only then the visibility. */
#ifdef HEARTBEAT_WITHOUT_THE_FENCE
    :: row[r].status == RUNNING && !row[r].lease -> row[r].lease = 1; row[r].silent = row[r].fence != fence; goto work
#else
    :: HOLDS_FENCE(r, fence) && (row[r].silent || !row[r].lease) -> row[r].lease = 1; row[r].silent = 0; goto work
#endif
    :: HOLDS_FENCE(r, fence) && row[r].lease && !row[r].silent && HOLDS_RECEIPT(m, receipt) && message[m].silent ->
       message[m].silent = 0; goto work
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
    assert(!SETTLED_ONCE(r, attempt) && row[r].committed < attempt);
    SETTLED_ONCE(r, attempt) = 1;
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
  atomic { answer(m, r, status == COMPLETE); mayFail() }
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

#define ISMINE(n) (row[ROWOF(n)].attempt == ASKS(n))
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
#if REDRIVES
    :: READY(8) -> m = 8
    :: READY(9) -> m = 9
    :: READY(10) -> m = 10
    :: READY(11) -> m = 11
#endif
    fi;
    message[m].state = BURYING;
    r = ROWOF(m);
    mine = ISMINE(m);
    if
    :: mine && (row[r].status == RUNNING || row[r].status == RETRYING) ->
       row[r].status = FAILED; row[r].fence++; row[r].pending = 1; row[r].silent = 0;
       SETTLED_ONCE(r, row[r].attempt) = 1
    :: else
    fi;
    snapshot()
    }
    if
    :: mine ->
       atomic { settleWeek(r, attempt, status, replay) }
       atomic { answer(m, r, status == COMPLETE) }
       atomic { if :: !answered && replay && pending -> passOn(r, status) :: else fi }
       atomic { handedOn(r, fence) }
    :: else -> atomic { failWeek(WEEKOF(r), ATTEMPT(m)) }
    fi;
    atomic { /* bury: whoever waits is told */
      if
#ifndef DEAD_LETTER_WITHOUT_AN_ANSWER
      :: HAS_TOKEN(m) && !(mine && status == COMPLETE) && token[r] == WAITING -> token[r] = REFUSED
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
     atomic {
       !stopped;
       row[ROW(w, s)].redriven = (token[ROW(w, s)] == STOPPED);
       token[ROW(w, s)] = WAITING;
       send(MESSAGE(ROW(w, s), (row[ROW(w, s)].redriven -> REDRIVE : RUN)))
     }
     atomic {
       !stopped && token[ROW(w, s)] != WAITING;
       if
       :: token[ROW(w, s)] == SUCCEEDED -> s++
       :: token[ROW(w, s)] == STOPPED
       :: else -> failWeek(w, 1); break
       fi
     }
  :: else -> break
  od;
  atomic {
    !stopped;
    week[w].over = 1;
    if
    :: week[0].over && week[1].over -> askedRun = 1
    :: else
    fi
  }
}

#if REDRIVES
#define STOP(n) if :: token[n] == WAITING -> token[n] = STOPPED :: else fi
/* endStage and failWeek, of what the sweeper has read. */
#define SWEEP(n) if \
  :: (row[n].status == RUNNING && !row[n].lease) || row[n].status == RETRYING -> \
     row[n].status = FAILED; row[n].fence++; row[n].pending = 0; row[n].interrupted = 1 \
  :: else \
  fi

#define SWEEP_WEEK(w) if \
  :: week[w].status != COMPLETE && week[w].status != FAILED -> week[w].status = FAILED; week[w].interrupted = 1 \
  :: else \
  fi

/* The execution dies while its branches are under way; the sweeper may find that; it is redriven: new tokens. */
active proctype Redriven() {
end:
  atomic { !askedRun -> stopped = 1; STOP(0); STOP(1); STOP(2); STOP(3) }
  if
  :: atomic { SWEEP(0) }
     atomic { SWEEP(1) }
     atomic { SWEEP_WEEK(0) }
#if BUSY_WEEKS == 2
     atomic { SWEEP(2) }
     atomic { SWEEP(3) }
     atomic { SWEEP_WEEK(1) }
#endif
     atomic { swept = 1 }
  :: true
  fi;
  atomic { stopped = 0 }
}
#endif

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
#if REDRIVES
  :: atomic { VISIBILITY(8) } :: atomic { VISIBILITY(9) } :: atomic { VISIBILITY(10) } :: atomic { VISIBILITY(11) }
#endif
  :: atomic { TASK(0) } :: atomic { TASK(1) } :: atomic { TASK(2) } :: atomic { TASK(3) }
  od
}

/* larder replay: one week, from a stage whose input is there, when the run has ended. */
#define REPLAYABLE(s) (REPLAYS && (runEnded || swept) && (s == 0 || row[0].committed > 0))

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
    :: late && ((!runEnded && !swept) || (week[0].replay && week[0].status == RUNNING)
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
