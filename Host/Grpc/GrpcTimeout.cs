namespace ActorEtcd.Host.Grpc;

/// <summary>The header <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const int DigitsMax = 8;

    // Timers cannot be armed further ahead; nobody waits for a call that long.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > DigitsMax + 1)
        {
            return false;
        }

        long value = 0;
        foreach (char c in text[..^1])
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        double seconds;
        switch (text[^1])
        {
            case 'H': seconds = value * 3600.0; break;
            case 'M': seconds = value * 60.0; break;
            case 'S': seconds = value; break;
            case 'm': seconds = value / 1e3; break;
            case 'u': seconds = value / 1e6; break;
            case 'n': seconds = value / 1e9; break;
            default: return false;
        }

        timeout = seconds >= Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(seconds);
        return true;
    }
}
