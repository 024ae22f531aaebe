using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>Takes the next message and fails unless it is a <typeparamref name="T"/>.</summary>
    public T ExpectMsg<T>(
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(duration),
            Check<T>(),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(duration),
            Check<T>(),
            hint,
            cancellationToken);

    public T ExpectMsg<T>(
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            CheckEqual(message, hint),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            CheckEqual(message, hint),
            hint,
            cancellationToken);

    public T ExpectMsg<T>(
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check<T>(m => CheckPredicate(isMessage(m), m, hint)),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check<T>(m => CheckPredicate(isMessage(m), m, hint)),
            hint,
            cancellationToken);

    public T ExpectMsg<T>(
        Action<T> assert,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check(assert),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check(assert),
            hint,
            cancellationToken);

    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check<T>((m, s) => CheckPredicate(isMessageAndSender(m, s), m, hint, s)),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check<T>((m, s) => CheckPredicate(isMessageAndSender(m, s), m, hint, s)),
            hint,
            cancellationToken);

    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check(assertMessageAndSender),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check(assertMessageAndSender),
            hint,
            cancellationToken);

    public T ExpectMsg<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check<T>(m => _assertions.AssertEqual(expected, m, comparer, Escape(hint))),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check<T>(m => _assertions.AssertEqual(expected, m, comparer, Escape(hint))),
            hint,
            cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender,
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(duration),
            Check<T>((_, s) => CheckSender(sender, s, hint)),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(duration),
            Check<T>((_, s) => CheckSender(sender, s, hint)),
            hint,
            cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender,
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check<T>((m, s) =>
            {
                CheckSender(sender, s, hint);
                _assertions.AssertEqual(message, m, Escape(hint));
            }),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check<T>((m, s) =>
            {
                CheckSender(sender, s, hint);
                _assertions.AssertEqual(message, m, Escape(hint));
            }),
            hint,
            cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check<T>((m, s) =>
            {
                CheckSender(sender, s, hint);
                CheckPredicate(isMessage(m), m, hint);
            }),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check<T>((m, s) =>
            {
                CheckSender(sender, s, hint);
                CheckPredicate(isMessage(m), m, hint);
            }),
            hint,
            cancellationToken);

    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check<T>((m, s) =>
            {
                CheckPredicate(isSender(s), s, hint);
                CheckPredicate(isMessage(m), m, hint);
            }),
            hint,
            cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check<T>((m, s) =>
            {
                CheckPredicate(isSender(s), s, hint);
                CheckPredicate(isMessage(m), m, hint);
            }),
            hint,
            cancellationToken);

    public Terminated ExpectTerminated(
        IActorRef target,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(
            RemainingOrDilated(timeout),
            Check<Terminated>(m => CheckTerminated(target, m, hint)),
            $"Terminated {target}. {hint}",
            cancellationToken);

    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(
            RemainingOrDilated(timeout),
            Check<Terminated>(m => CheckTerminated(target, m, hint)),
            $"Terminated {target}. {hint}",
            cancellationToken);

    /// <summary>Fails when a message arrives before the remaining time of Within, or the default, has passed.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        ExpectNothing(RemainingOrDefault, cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNothing(Dilated(duration), cancellationToken);

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNothing(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        ExpectNothingAsync(RemainingOrDefault, cancellationToken);

    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNothingAsync(Dilated(duration), cancellationToken);

    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNothingAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private static Action<T, IActorRef>? Check<T>() => null;

    private static Action<T, IActorRef> Check<T>(Action<T> assert) => (message, _) => assert(message);

    private static Action<T, IActorRef> Check<T>(Action<T, IActorRef> assert) => assert;

    // Hints are inserted into format strings of the assertions.
    private static string Escape(string? hint) =>
        hint?.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal) ?? "";

    private Action<T, IActorRef> CheckEqual<T>(T expected, string? hint) =>
        (message, _) => _assertions.AssertEqual(expected, message, Escape(hint));

    private void CheckPredicate<T>(bool holds, T message, string? hint, IActorRef? sender = null) =>
        _assertions.AssertTrue(
            holds,
            "Got a message of the expected type <{2}>{4}. Also expected {0} but the message {{{1}}} of type <{3}> did not match",
            hint ?? "the predicate to return true",
            message,
            typeof(T).FullName,
            message?.GetType().FullName,
            sender is null ? "" : $" from {sender}");

    private void CheckSender(IActorRef expected, IActorRef actual, string? hint) =>
        _assertions.AssertEqual(expected, actual, "Sender does not match. " + Escape(hint));

    private void CheckTerminated(IActorRef target, Terminated message, string? hint) =>
        _assertions.AssertEqual(target, message.ActorRef, Escape($"Terminated {target}. {hint}"));

    private T Expect<T>(
        TimeSpan timeout, Action<T, IActorRef>? check, string? hint, CancellationToken cancellationToken)
    {
        var received = TryReceiveOne(out var envelope, timeout, cancellationToken);
        return Verify(received, envelope, check, timeout, hint);
    }

    private async ValueTask<T> ExpectAsync<T>(
        TimeSpan timeout, Action<T, IActorRef>? check, string? hint, CancellationToken cancellationToken)
    {
        var (received, envelope) = await TryReceiveOneAsync(timeout, cancellationToken).ConfigureAwait(false);
        return Verify(received, envelope, check, timeout, hint);
    }

    private T Verify<T>(
        bool received, MessageEnvelope envelope, Action<T, IActorRef>? check, TimeSpan timeout, string? hint)
    {
        if (!received)
        {
            _assertions.Fail(
                "Failed: Timeout {0} while waiting for a message of type {1} {2}", timeout, typeof(T), hint ?? "");
        }

        if (envelope.Message is not T message)
        {
            _assertions.Fail(
                "Failed: Expected a message of type {0}, but received {{{2}}} (type {1}) instead {3} from {4}",
                typeof(T),
                envelope.Message?.GetType(),
                envelope.Message,
                hint ?? "",
                envelope.Sender);
            return default!;
        }

        check?.Invoke(message, envelope.Sender);
        return message;
    }

    private void ExpectNothing(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Now;
        var received = TryReceiveOne(out var envelope, duration, cancellationToken);
        VerifyNothing(received, envelope, duration, start);
    }

    private async ValueTask ExpectNothingAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Now;
        var (received, envelope) = await TryReceiveOneAsync(duration, cancellationToken).ConfigureAwait(false);
        VerifyNothing(received, envelope, duration, start);
    }

    private void VerifyNothing(bool received, MessageEnvelope envelope, TimeSpan duration, TimeSpan start)
    {
        if (received)
        {
            _assertions.Fail(
                "Failed: Expected no messages during {0}, instead we received {1} after {2}",
                duration,
                envelope,
                Now - start);
        }
    }
}
