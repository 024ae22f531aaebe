namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>
/// The calls and returns of a history by time, as a linked list from which a call is taken out with its return and into
/// which it is put back in the opposite order. At one time calls stand before returns: such calls overlap.
/// </summary>
internal sealed class TimeLine
{
    private const int End = -1;

    /// <summary>Per node the call's number, or its complement at the return.</summary>
    private readonly int[] _what;
    private readonly long[] _time;
    private readonly int[] _next;
    private readonly int[] _before;
    private readonly int[] _callNode;
    private readonly int[] _returnNode;

    public TimeLine((long Start, long End)[] calls)
    {
        int nodes = calls.Length * 2;
        (long Time, bool IsReturn, int Number)[] all =
        [
            .. calls.SelectMany((call, number) => new[] { (call.Start, false, number), (call.End, true, number) }).Order(),
        ];
        _what = new int[nodes];
        _time = new long[nodes];
        _next = new int[nodes + 1];
        _before = new int[nodes + 1];
        _callNode = new int[calls.Length];
        _returnNode = new int[calls.Length];
        for (int node = 0; node < nodes; node++)
        {
            (long time, bool isReturn, int number) = all[node];
            _time[node] = time;
            _what[node] = isReturn ? ~number : number;
            (isReturn ? _returnNode : _callNode)[number] = node;
            _next[node] = node + 1 < nodes ? node + 1 : End;
            _before[node] = node > 0 ? node - 1 : Head;
        }

        _next[Head] = nodes > 0 ? 0 : End;
    }

    public int First => _next[Head];

    private int Head => _what.Length;

    public int Next(int node) => _next[node];

    public bool IsCall(int node) => node != End && _what[node] >= 0;

    public int CallOf(int node) => _what[node];

    public long TimeOf(int node) => _time[node];

    public void Remove(int call)
    {
        Unlink(_callNode[call]);
        Unlink(_returnNode[call]);
    }

    public void PutBack(int call)
    {
        Link(_returnNode[call]);
        Link(_callNode[call]);
    }

    private void Unlink(int node)
    {
        _next[_before[node]] = _next[node];
        if (_next[node] != End)
        {
            _before[_next[node]] = _before[node];
        }
    }

    private void Link(int node)
    {
        _next[_before[node]] = node;
        if (_next[node] != End)
        {
            _before[_next[node]] = node;
        }
    }
}
