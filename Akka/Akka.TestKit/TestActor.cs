using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The messages that steer a test actor.</summary>
public static class TestActor
{
    /// <summary>Says which messages a test actor drops.</summary>
    public delegate bool Ignore(object message);

    public static AutoPilot KeepRunning => AutoPilot.KeepRunning;

    public static AutoPilot NoAutoPilot => AutoPilot.NoAutoPilot;

    public static NullMessageEnvelope NullMessage => NullMessageEnvelope.Instance;

    /// <summary>Replaces the ignore predicate; null ignores nothing.</summary>
    public class SetIgnore : INoSerializationVerificationNeeded
    {
        public SetIgnore(Ignore? ignore)
        {
            Ignore = ignore;
        }

        public Ignore? Ignore { get; }
    }

    /// <summary>Replaces the pilot.</summary>
    public class SetAutoPilot : INoSerializationVerificationNeeded
    {
        public SetAutoPilot(AutoPilot autoPilot)
        {
            AutoPilot = autoPilot;
        }

        public AutoPilot AutoPilot { get; }
    }

    /// <summary>Makes the test actor watch an actor.</summary>
    public class Watch : INoSerializationVerificationNeeded
    {
        public Watch(IActorRef actorToWatch)
        {
            Actor = actorToWatch;
        }

        public IActorRef Actor { get; }
    }

    /// <summary>Makes the test actor unwatch an actor.</summary>
    public class Unwatch : INoSerializationVerificationNeeded
    {
        public Unwatch(IActorRef actorToUnwatch)
        {
            Actor = actorToUnwatch;
        }

        public IActorRef Actor { get; }
    }

    internal sealed class SpawnChild(Props props, string? name) : INoSerializationVerificationNeeded
    {
        public Props Props { get; } = props;

        public string? Name { get; } = name;
    }

    internal sealed class WatchAck : INoSerializationVerificationNeeded
    {
        public static WatchAck Instance { get; } = new();
    }
}
