namespace Akka.Remote.Transport;

/// <summary>Everything passes.</summary>
public class Unthrottled : ThrottleMode
{
    private Unthrottled()
    {
    }

    public static Unthrottled Instance { get; } = new();

    public override (ThrottleMode, bool) TryConsumeTokens(long nanoTimeOfSend, int tokens) => (this, true);

    public override TimeSpan TimeToAvailable(long currentNanoTime, int tokens) => TimeSpan.Zero;
}
