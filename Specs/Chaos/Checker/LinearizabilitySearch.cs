using System.Diagnostics;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>
/// Looks for an order of the calls that the model allows and that respects real time: a call that ended before another
/// began comes first. The search of Wing and Gong with Lowe's memory of what was visited. Calls and returns stand in a
/// linked list by time; every call before the first return may come next. Three things keep it short: a call that fits
/// and changes nothing is taken at once and never tried elsewhere; calls of unknown outcome are tried only when no other
/// fits, since nothing says that they happened; and no set of calls is visited twice with the same state.
/// </summary>
internal sealed class LinearizabilitySearch<TState, TOperation>
    where TState : notnull
    where TOperation : notnull
{
    private const int StepsBetweenLooksAtClock = 1024;

    private readonly IModel<TState, TOperation> _model;
    private readonly TimeSpan _within;
    private readonly int[] _known;
    private readonly UnknownCalls<TOperation> _unknown;
    private readonly IReadOnlyList<Call<TOperation>> _calls;
    private readonly TimeLine _line;
    private readonly CallBits _knownTaken;
    private readonly Visited<TState> _visited = new();
    private readonly List<Frame> _stack = [];
    private TState _state;

    /// <summary>Where in the line the next candidate is looked for; a return when only unknown ones are left.</summary>
    private int _node;

    /// <summary>The kind of unknown call to try next.</summary>
    private int _nextKind;
    private int _left;
    private int[] _longest = [];
    private TState _longestState;
    private int _longestKnown;

    public LinearizabilitySearch(IModel<TState, TOperation> model, IReadOnlyList<Call<TOperation>> calls, TimeSpan within)
    {
        _model = model;
        _within = within;
        _calls = calls;
        _known = [.. Enumerable.Range(0, calls.Count).Where(i => calls[i].IsKnown).OrderBy(i => calls[i].Start)];
        _unknown = new UnknownCalls<TOperation>(calls);
        _line = new TimeLine([.. _known.Select(i => (calls[i].Start, calls[i].End))]);
        _knownTaken = new CallBits(_known.Length);
        _left = _known.Length;
        _state = _longestState = model.Initial;
        _node = _line.First;
    }

    public CheckResult Run()
    {
        long start = Stopwatch.GetTimestamp();
        long steps = 0;
        while (_left > 0)
        {
            if (++steps % StepsBetweenLooksAtClock == 0 && Stopwatch.GetElapsedTime(start) > _within)
            {
                return Result(Verdict.Undecided, steps);
            }

            if (!TakeOne() && !GoBack())
            {
                return Result(Verdict.NotLinearizable, steps);
            }
        }

        return Result(Verdict.Linearizable, steps);
    }

    private CheckResult Result(Verdict verdict, long steps)
    {
        Remember();
        return new CheckResult(verdict, _longest, _longestState.ToString() ?? "", steps);
    }

    /// <summary>Puts the next candidate that fits into the order.</summary>
    private bool TakeOne()
    {
        for (; _line.IsCall(_node); _node = _line.Next(_node))
        {
            if (TryTakeKnown(_node))
            {
                return true;
            }
        }

        for (; _nextKind < _unknown.Kinds; _nextKind++)
        {
            if (TryTakeUnknown(_nextKind))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryTakeKnown(int node)
    {
        int number = _line.CallOf(node);
        if (!_model.TryApply(_state, _calls[_known[number]].Operation, isKnown: true, out TState next))
        {
            return false;
        }

        bool changesNothing = _model.ChangesNothing(_calls[_known[number]].Operation);
        _knownTaken.Add(number);
        if (!changesNothing && !_visited.Add(_knownTaken, _unknown.Taken, next))
        {
            _knownTaken.Remove(number);
            return false;
        }

        _line.Remove(number);
        _left--;
        Push(new Frame(node, -1, _known[number], _state, changesNothing), next);
        return true;
    }

    private bool TryTakeUnknown(int kind)
    {
        int position = _unknown.Available(kind, _line.TimeOf(_node));
        if (position < 0
            || !_model.TryApply(_state, _calls[position].Operation, isKnown: false, out TState next)
            || EqualityComparer<TState>.Default.Equals(next, _state))
        {
            return false;
        }

        _unknown.Take(kind);
        if (!_visited.Add(_knownTaken, _unknown.Taken, next))
        {
            _unknown.PutBack(kind);
            return false;
        }

        Push(new Frame(_node, kind, position, _state, IsOnlyChoice: false), next);
        return true;
    }

    private void Push(Frame frame, TState next)
    {
        _stack.Add(frame);
        _state = next;
        _node = _line.First;
        _nextKind = 0;
    }

    /// <summary>Takes back the latest choice that had alternatives; false when there is none.</summary>
    private bool GoBack()
    {
        Remember();
        while (_stack.Count > 0)
        {
            Frame frame = _stack[^1];
            _stack.RemoveAt(_stack.Count - 1);
            _state = frame.Before;
            if (frame.UnknownKind >= 0)
            {
                _unknown.PutBack(frame.UnknownKind);
                _node = frame.Node;
                _nextKind = frame.UnknownKind + 1;
                return true;
            }

            int number = _line.CallOf(frame.Node);
            _knownTaken.Remove(number);
            _line.PutBack(number);
            _left++;
            if (!frame.IsOnlyChoice)
            {
                _node = _line.Next(frame.Node);
                _nextKind = 0;
                return true;
            }
        }

        return false;
    }

    private void Remember()
    {
        int known = _known.Length - _left;
        if (known > _longestKnown || _longest.Length == 0)
        {
            _longestKnown = known;
            _longest = [.. _stack.Select(frame => frame.Position)];
            _longestState = _state;
        }
    }

    /// <summary>A choice: a known call by its place in the line, or an unknown one and the return that it was tried at.</summary>
    private readonly record struct Frame(int Node, int UnknownKind, int Position, TState Before, bool IsOnlyChoice);
}
