using System.Globalization;
using ActorEtcd.Messages;
using ActorEtcd.V2;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// The one order of events of the v2 store that all members and clients must agree on, and the tree that follows from it.
/// </summary>
internal sealed class SimV2(SimWorld world)
{
    private readonly List<string> _events = [string.Empty];
    private readonly Dictionary<string, List<(ulong Index, V2NodeView? Node)>> _ofKey = [];
    private readonly HashSet<string> _values = [];
    private readonly Dictionary<SimMember, (int Life, ulong Index)> _members = [];

    /// <summary>The newest index that any member has applied.</summary>
    public ulong Index => (ulong)_events.Count - 1;

    /// <summary>The newest index that a client was told of.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>Every index has one event, the same on every member.</summary>
    public void Applied(SimMember member, V2State state)
    {
        var (life, last) = _members.GetValueOrDefault(member);
        world.Check(
            life != member.Life || state.Index >= last, $"member {member.Number + 1}: the v2 store is at {state.Index} after {last}");
        _members[member] = (member.Life, state.Index);
        world.Check(state.History.Last == state.Index, $"the v2 store is at {state.Index}, its last event is {state.History.Last}");
        ulong from = life == member.Life ? last + 1 : state.History.First;
        for (ulong index = from < state.History.First ? state.History.First : from; index <= state.Index && !world.IsOver; index++)
        {
            Take(member, state.History.Events[(int)(index - state.History.First)]);
        }
    }

    /// <summary>A change was answered: with its event, or why there is none.</summary>
    public void ChangeAnswered(ulong toldBefore, V2Result result, string what)
    {
        if (result.Event is { } happened)
        {
            ulong index = happened.Node.ModifiedIndex;
            world.Check(index > toldBefore, $"v2 {what} was answered with index {index}, at least {toldBefore + 1} was due");
            world.Check(
                index <= Index && _events[(int)index] == TextOf(happened),
                $"v2 {what} was answered with {TextOf(happened)}, history has {(index <= Index ? _events[(int)index] : "nothing")}");
            Acknowledged = Math.Max(Acknowledged, index);
        }
        else if (result.Error is { } error)
        {
            world.Check(error.Index >= toldBefore, $"v2 {what} was refused at index {error.Index}, at least {toldBefore} was due");
            Acknowledged = Math.Max(Acknowledged, error.Index);
        }
    }

    public void GetAnswered(ulong toldBefore, string path, V2Event? found, V2Error? error, bool isQuorum)
    {
        ulong index = found?.StoreIndex ?? error!.Index;
        world.Check(index <= Index, $"v2 get of {path} tells index {index}, applied were {Index}");
        if (isQuorum)
        {
            world.Check(index >= toldBefore, $"v2 get of {path} was answered at index {index}, at least {toldBefore} was due");
            Acknowledged = Math.Max(Acknowledged, index);
        }

        V2NodeView? expected = Find(path, index);
        world.Check(
            (expected?.ModifiedIndex, expected?.Value) == (found?.Node.ModifiedIndex, found?.Node.Value),
            $"v2 get of {path} at {index} found {found?.Node}, history has {expected}");
    }

    private void Take(SimMember member, V2Event happened)
    {
        ulong index = happened.Node.ModifiedIndex;
        string text = TextOf(happened);
        if (index <= Index)
        {
            world.Check(
                _events[(int)index] == text, $"member {member.Number + 1}: v2 event {text}, another member has {_events[(int)index]}");
            return;
        }

        world.Check(index == Index + 1, $"member {member.Number + 1}: v2 event {index} comes after {Index}");
        _events.Add(text);
        if (!happened.Node.Key.StartsWith(V2Path.Keys + "/", StringComparison.Ordinal))
        {
            return;
        }

        V2NodeView? before = Find(happened.Node.Key, index - 1);
        world.Check(
            before?.ModifiedIndex == happened.PrevNode?.ModifiedIndex && (happened.Action != V2Action.Create || before is null),
            $"v2 event {text} takes the node before it for {happened.PrevNode}, it was {before}");
        bool isGone = happened.Action is V2Action.Delete or V2Action.Expire or V2Action.CompareAndDelete;
        world.Check(
            isGone || happened.Node.Value is not { } value || _values.Add(value), $"v2 value {happened.Node.Value} was written twice");
        if (!_ofKey.TryGetValue(happened.Node.Key, out var ofKey))
        {
            _ofKey.Add(happened.Node.Key, ofKey = []);
        }

        ofKey.Add((index, isGone ? null : happened.Node));
    }

    private V2NodeView? Find(string key, ulong index) =>
        _ofKey.TryGetValue(key, out var changes) ? changes.LastOrDefault(change => change.Index <= index).Node : null;

    private static string TextOf(V2Event happened) => string.Create(
        CultureInfo.InvariantCulture,
        $"{happened.Action} {happened.Node.Key} {happened.Node.Value} {happened.Node.CreatedIndex}-{happened.Node.ModifiedIndex} until {happened.Node.ExpiresAt} after {happened.PrevNode?.Value} {happened.PrevNode?.ModifiedIndex}");
}
