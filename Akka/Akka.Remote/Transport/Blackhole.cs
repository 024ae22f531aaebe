namespace Akka.Remote.Transport;

/// <summary>Nothing passes: what comes is lost without a word.</summary>
public class Blackhole : ThrottleMode
{
    private Blackhole()
    {
    }

    public static Blackhole Instance { get; } = new();

    public override (ThrottleMode, bool) TryConsumeTokens(long nanoTimeOfSend, int tokens) => (this, false);

    public override TimeSpan TimeToAvailable(long currentNanoTime, int tokens) => TimeSpan.Zero;
}
