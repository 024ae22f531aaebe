using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Reacts to every message that a test actor receives, before the message is queued for expectations.</summary>
public abstract class AutoPilot
{
    /// <summary>Keep the current pilot.</summary>
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <summary>Stop piloting.</summary>
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    /// <summary>Handles one message and returns the pilot for the next one.</summary>
    public abstract AutoPilot Run(IActorRef sender, object message);
}
