using System.Collections.Concurrent;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// What the adapters named in <c>applied-adapters</c> do to links. There is none without adapters, so that a system
/// that has not asked for faults pays nothing for them.
/// </summary>
internal sealed class LinkFaults
{
    private readonly ConcurrentDictionary<(string Host, int? Port), Link> _links = new();
    private readonly int _seed;
    private readonly bool _throttles;
    private readonly bool _drops;
    private Gremlin _gremlinOfAll = Gremlin.Harmless;
    private int _gremlins;

    /// <param name="adapters">Their names.</param>
    /// <param name="seed">Of the dice by which messages are lost; 0 for a new one.</param>
    /// <param name="log">Hears of the seed.</param>
    public LinkFaults(IReadOnlyCollection<string> adapters, int seed, ILoggingAdapter log)
    {
        _seed = seed == 0 ? Random.Shared.Next(1, int.MaxValue) : seed;
        _throttles = adapters.Contains(ThrottleTransportAdapter.Scheme);
        _drops = adapters.Contains(FailureInjectorTransportAdapter.FailureInjectorSchemeIdentifier);
        if (_drops)
        {
            log.Info("Gremlins may lose messages, by the dice of seed {0}", _seed);
        }
    }

    public Gremlin GremlinOfAll => Volatile.Read(ref _gremlinOfAll);

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
                Of(one.RemoteAddress).Set(NewGremlin(one.Mode));
                return true;
            case FailureInjectorTransportAdapter.All all when _drops:
                Volatile.Write(ref _gremlinOfAll, NewGremlin(all.Mode));
                return true;
            default:
                return false;
        }
    }

    private Gremlin NewGremlin(FailureInjectorTransportAdapter.IGremlinMode mode) =>
        new(mode, unchecked((_seed * 397) + Interlocked.Increment(ref _gremlins)));
}
