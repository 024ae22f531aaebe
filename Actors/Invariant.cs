using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ActorEtcd;

/// <summary>Checks of promises that this program makes to itself; they stay on in release builds.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantViolatedException"/> with the given text unless the condition holds.</summary>
    public static void Check(
        [DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] ref InvariantMessage message)
    {
        if (!condition)
        {
            throw new InvariantViolatedException(message.ToString());
        }
    }

    /// <inheritdoc cref="Check(bool, ref InvariantMessage)"/>
    public static void Check([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            throw new InvariantViolatedException(message);
        }
    }
}
