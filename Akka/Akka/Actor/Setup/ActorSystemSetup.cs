using System.Collections.Immutable;

namespace Akka.Actor.Setup;

public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new([]);

    private readonly ImmutableDictionary<Type, Setup> _setups;

    private ActorSystemSetup(IEnumerable<KeyValuePair<Type, Setup>> setups)
    {
        _setups = setups.ToImmutableDictionary();
    }

    public static ActorSystemSetup Create(params Setup[] setup) =>
        setup.Aggregate(Empty, (all, one) => new ActorSystemSetup(all._setups.SetItem(one.GetType(), one)));

    public Option<T> Get<T>()
        where T : Setup => _setups.TryGetValue(typeof(T), out var setup) ? Option<T>.Create((T)setup) : Option<T>.None;

    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup => new(_setups.SetItem(typeof(T), setup));

    public ActorSystemSetup And<T>(T setup)
        where T : Setup => WithSetup(setup);

    public override string ToString() => $"ActorSystemSetup({string.Join(",", _setups.Keys.Select(t => t.FullName))})";
}
