namespace Akka.Actor;

/// <summary>
/// Only a flag, for schedules that Akka makes itself and often: far cheaper than a token source, and a schedule
/// asks for no more.
/// </summary>
internal sealed class FlagCancelable : ICancelable
{
    private volatile bool _cancelled;

    public bool IsCancellationRequested => _cancelled;

    public CancellationToken Token => new(_cancelled);

    public void Cancel() => _cancelled = true;

    public void Cancel(bool throwOnFirstException) => _cancelled = true;

    public void CancelAfter(TimeSpan delay) => throw new NotSupportedException("This schedule is only cancelled at once");

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));
}
