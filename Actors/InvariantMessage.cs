using System.Runtime.CompilerServices;

namespace ActorEtcd;

/// <summary>Formats the text of a failed <see cref="Invariant"/>; costs nothing while the invariant holds.</summary>
[InterpolatedStringHandler]
public ref struct InvariantMessage
{
    private DefaultInterpolatedStringHandler _text;
    private readonly bool _failed;

    public InvariantMessage(int literalLength, int formattedCount, bool condition, out bool shouldAppend)
    {
        _failed = shouldAppend = !condition;
        _text = _failed ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public override string ToString() => _failed ? _text.ToStringAndClear() : string.Empty;
}
