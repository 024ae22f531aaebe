using System.Collections.Concurrent;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// What the adapters named in <c>applied-adapters</c> do to links. There is none without adapters, so that a system
/// that has not asked for faults pays nothing for them.
/// </summary>
internal sealed class LinkFaults
{
    private readonly ConcurrentDictionary<(string Host, int? Port), Link> _links = new();
    private readonly Random _random = new();
    private readonly bool _throttles;
    private readonly bool _drops;
    private FailureInjectorTransportAdapter.IGremlinMode _gremlinOfAll = FailureInjectorTransportAdapter.PassThru.Instance;

    public LinkFaults(IReadOnlyCollection<string> adapters)
    {
        _throttles = adapters.Contains(ThrottleTransportAdapter.Scheme);
        _drops = adapters.Contains(FailureInjectorTransportAdapter.FailureInjectorSchemeIdentifier);
    }

    public FailureInjectorTransportAdapter.IGremlinMode GremlinOfAll => Volatile.Read(ref _gremlinOfAll);

    /// <summary>Links are told apart by host and port: whoever sets a fault may know neither protocol nor system.</summary>
    public Link Of(Address remote) =>
        _links.GetOrAdd((remote.Host, remote.Port), static (_, faults) => new Link(faults), this);

    /// <summary>False for a command of an adapter that is not applied, or of none.</summary>
    public bool TryExecute(object command)
    {
        switch (command)
        {
            case SetThrottle set when _throttles:
                Of(set.Address).Set(set.Direction, set.Mode);
                return true;
            case FailureInjectorTransportAdapter.One one when _drops:
                Of(one.RemoteAddress).Set(one.Mode);
                return true;
            case FailureInjectorTransportAdapter.All all when _drops:
                Volatile.Write(ref _gremlinOfAll, all.Mode);
                return true;
            default:
                return false;
        }
    }

    public bool Happens(double probability)
    {
        if (probability <= 0)
        {
            return false;
        }

        lock (_random)
        {
            return _random.NextDouble() < probability;
        }
    }
}
