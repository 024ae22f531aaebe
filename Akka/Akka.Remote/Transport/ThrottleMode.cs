namespace Akka.Remote.Transport;

/// <summary>How much one direction of a link carries. Immutable: consuming tokens gives the mode that follows.</summary>
public abstract class ThrottleMode : INoSerializationVerificationNeeded
{
    /// <summary>The mode after the attempt, and whether that many bytes may pass now.</summary>
    public abstract (ThrottleMode, bool) TryConsumeTokens(long nanoTimeOfSend, int tokens);

    /// <summary>How long until that many bytes may pass.</summary>
    public abstract TimeSpan TimeToAvailable(long currentNanoTime, int tokens);
}
