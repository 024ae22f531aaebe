using System.Globalization;
using Xunit.Sdk;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Two values that a test expected to be equal are not.</summary>
public class AkkaEqualException : XunitException
{
    public AkkaEqualException(string format = "", params object?[] args)
        : base(args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args))
    {
    }

    public static AkkaEqualException ForMismatchedValues(
        object? expected, object? actual, string? format = null, params object?[] args)
    {
        var reason = string.IsNullOrEmpty(format) ? "Values differ" : Describe(format, args);
        return new AkkaEqualException(
            $"Assert.Equal() Failure: {reason}{Environment.NewLine}"
            + $"Expected: {Describe(expected)}{Environment.NewLine}"
            + $"Actual:   {Describe(actual)}");
    }

    private static string Describe(string format, object?[] args) =>
        string.Format(CultureInfo.InvariantCulture, format, args);

    private static string Describe(object? value) => value as string ?? ArgumentFormatter.Format(value!);
}
