namespace Akka.Remote.TestKit.Internals;

/// <summary>
/// The one barrier at which nodes wait, if any. It opens when every node that it knows has come, and fails for those that
/// wait when a node is lost, the first one's time is up, or a node says so. Owned by the controller.
/// </summary>
/// <param name="answer">Tells a node the result.</param>
internal sealed class Barrier(Action<RoleName, ControlMessage.BarrierResult> answer)
{
    private readonly HashSet<RoleName> _nodes = [];
    private readonly HashSet<RoleName> _arrived = [];
    private string _name;

    /// <summary>Tells one use of the barrier from the next.</summary>
    public int Generation { get; private set; }

    public bool IsWaiting => _name is not null;

    public void Add(RoleName node) => _nodes.Add(node);

    /// <summary>The node has ended as it was told to: the others go on without it.</summary>
    public void Remove(RoleName node)
    {
        _nodes.Remove(node);
        _arrived.Remove(node);
        OpenIfAllAreThere();
    }

    /// <summary>The node has gone on its own account.</summary>
    public void Lose(RoleName node)
    {
        if (_nodes.Remove(node) && IsWaiting)
        {
            _arrived.Remove(node);
            Fail($"node {node.Name} was lost");
        }
    }

    public void Enter(RoleName node, string name)
    {
        if (IsWaiting && _name != name)
        {
            answer(node, new ControlMessage.BarrierResult(name, false, $"others wait at barrier {_name}"));
            return;
        }

        if (!IsWaiting)
        {
            _name = name;
            Generation++;
        }

        _arrived.Add(node);
        OpenIfAllAreThere();
    }

    public void Fail(string name, string reason)
    {
        if (_name == name)
        {
            Fail(reason);
        }
    }

    public void TimeOut(int generation)
    {
        if (IsWaiting && generation == Generation)
        {
            var missing = string.Join(", ", _nodes.Except(_arrived).Select(static node => node.Name));
            Fail($"timed out waiting for {missing}");
        }
    }

    private void OpenIfAllAreThere()
    {
        if (IsWaiting && _arrived.IsSupersetOf(_nodes))
        {
            Leave(success: true, string.Empty);
        }
    }

    private void Fail(string reason) => Leave(success: false, reason);

    private void Leave(bool success, string reason)
    {
        var result = new ControlMessage.BarrierResult(_name, success, reason);
        RoleName[] waiting = [.. _arrived];
        _arrived.Clear();
        _name = null;
        foreach (var node in waiting)
        {
            answer(node, result);
        }
    }
}
