using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster.Tests.MultiNode;

/// <summary>A failure detector that thinks what the test tells it.</summary>
public class FailureDetectorPuppet : FailureDetector
{
    // A registry of detectors does not give them away, but whom it beats can be noticed.
    [ThreadStatic]
    private static FailureDetectorPuppet LastBeaten;

    private volatile Status _status = Status.Unknown;

    public FailureDetectorPuppet(Config config, EventStream ev)
    {
    }

    public enum Status
    {
        Up,
        Down,
        Unknown,
    }

    public override bool IsAvailable => _status != Status.Down;

    public override bool IsMonitoring => _status != Status.Unknown;

    public void MarkNodeAsUnavailable() => _status = Status.Down;

    public void MarkNodeAsAvailable() => _status = Status.Up;

    public override void HeartBeat()
    {
        LastBeaten = this;
        if (_status == Status.Unknown)
        {
            _status = Status.Up;
        }
    }

    /// <summary>The puppet that this heartbeat reaches; null when the detector is no puppet.</summary>
    internal static FailureDetectorPuppet BeatenBy(Action heartbeat)
    {
        LastBeaten = null;
        heartbeat();
        return LastBeaten;
    }
}
