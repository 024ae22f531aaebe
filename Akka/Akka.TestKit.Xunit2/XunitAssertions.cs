using System.Globalization;
using Akka.TestKit.Xunit2.Internals;
using Xunit;

namespace Akka.TestKit.Xunit2;

/// <summary>Reports failed expectations to xunit.</summary>
public class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object?[] args) => Assert.Fail(Format(format, args));

    public void AssertTrue(bool condition, string format = "", params object?[] args)
    {
        if (!condition)
        {
            Assert.True(condition, Format(format, args));
        }
    }

    public void AssertFalse(bool condition, string format = "", params object?[] args)
    {
        if (condition)
        {
            Assert.False(condition, Format(format, args));
        }
    }

    public void AssertEqual<T>(T expected, T actual, string format = "", params object?[] args) =>
        AssertEqual(expected, actual, AreEqual, format, args);

    public void AssertEqual<T>(
        T expected, T actual, Func<T, T, bool> comparer, string format = "", params object?[] args)
    {
        if (!comparer(expected, actual))
        {
            throw AkkaEqualException.ForMismatchedValues(expected, actual, format, args);
        }
    }

    private static string Format(string format, object?[] args) =>
        string.Format(CultureInfo.InvariantCulture, format, args);

    // Collections are compared by their elements, as xunit does.
    private static bool AreEqual<T>(T expected, T actual)
    {
        if (Equals(expected, actual))
        {
            return true;
        }

        return expected is System.Collections.IEnumerable left
            && actual is System.Collections.IEnumerable right
            && expected is not string
            && left.Cast<object?>().SequenceEqual(right.Cast<object?>());
    }
}
