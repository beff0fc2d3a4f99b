//! Addresses and other texts made of a partner's fields.

/// Layout of an address whose country does not define one.
pub const DEFAULT_FORMAT: &str = "%(street)s\n%(street2)s\n%(city)s %(state_code)s %(zip)s\n%(country_name)s";

/// The parts of an address; unknown parts are empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Address<'a> {
    /// Name of the company, printed above the address.
    pub company_name: &'a str,
    /// Street and number.
    pub street: &'a str,
    /// Second line of the street.
    pub street2: &'a str,
    /// Postal code.
    pub zip: &'a str,
    /// City.
    pub city: &'a str,
    /// Code of the state.
    pub state_code: &'a str,
    /// Name of the state.
    pub state_name: &'a str,
    /// Code of the country.
    pub country_code: &'a str,
    /// Name of the country.
    pub country_name: &'a str,
}

impl Address<'_> {
    /// The address laid out by `format`, in which `%(city)s` stands for the city, below the company's name. Lines
    /// without a value stay empty; unknown placeholders stay as they are.
    pub fn format(&self, format: &str) -> String {
        let mut text = String::new();
        if !self.company_name.is_empty() {
            text.push_str(self.company_name);
            text.push('\n');
        }
        let mut rest = format;
        while let Some((before, after)) = rest.split_once("%(") {
            text.push_str(before);
            match after
                .split_once(")s")
                .and_then(|(name, after)| Some((self.part(name)?, after)))
            {
                Some((part, after)) => {
                    text.push_str(part);
                    rest = after;
                }
                None => {
                    text.push_str("%(");
                    rest = after;
                }
            }
        }
        text + rest
    }

    fn part(&self, name: &str) -> Option<&str> {
        Some(match name {
            "company_name" => self.company_name,
            "street" => self.street,
            "street2" => self.street2,
            "zip" => self.zip,
            "city" => self.city,
            "state_code" => self.state_code,
            "state_name" => self.state_name,
            "country_code" => self.country_code,
            "country_name" => self.country_name,
            _ => return None,
        })
    }
}

/// The e-mail address in `text`, without a name and in lower case: `ann@example.com` for `Ann <Ann@Example.com>`.
/// `None` unless `text` holds exactly one address.
pub fn normalized_email(text: &str) -> Option<String> {
    let bare = match text.split_once('<') {
        Some((_, rest)) => rest.trim_end().strip_suffix('>')?,
        None => text,
    };
    let (local, domain) = bare.trim().split_once('@')?;
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>@,;".contains(c));
    (plain(local) && plain(domain)).then(|| format!("{local}@{domain}").to_lowercase())
}

/// Name and address in the form of a message header: `"Ann" <ann@example.com>`. If `email` does not hold exactly one
/// address, `email` is used unchanged.
pub fn formatted_email(name: &str, email: &str) -> String {
    let address = normalized_email(email);
    format!(
        "\"{}\" <{}>",
        name.replace('\\', "\\\\").replace('"', "\\\""),
        address.as_deref().unwrap_or(email)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_normalized_and_anything_else_is_empty() {
        for text in [
            "ann@example.com",
            " Ann@Example.COM ",
            "Ann <ann@example.com>",
            "\"A, B\" <ANN@example.com> ",
        ] {
            assert_eq!(normalized_email(text).as_deref(), Some("ann@example.com"), "{text}");
        }
        for text in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@example.com, bob@example.com",
            "a b@example.com",
            "<ann",
        ] {
            assert_eq!(normalized_email(text), None, "{text}");
        }
    }

    #[test]
    fn formatted_addresses_quote_the_name() {
        assert_eq!(
            formatted_email("Ann \"A\" Lee", "Ann@Example.com"),
            r#""Ann \"A\" Lee" <ann@example.com>"#
        );
        assert_eq!(formatted_email("Ann", "nowhere"), "\"Ann\" <nowhere>");
    }

    #[test]
    fn an_address_follows_its_countrys_format() {
        let address = Address {
            company_name: "Marigold Hotels",
            street: "1900 Ocean Drive",
            zip: "33139",
            city: "Miami Beach",
            state_code: "FL",
            country_name: "United States",
            ..Address::default()
        };
        assert_eq!(
            address.format(DEFAULT_FORMAT),
            "Marigold Hotels\n1900 Ocean Drive\n\nMiami Beach FL 33139\nUnited States"
        );
        assert_eq!(
            Address {
                company_name: "",
                ..address
            }
            .format("%(zip)s %(city)s, 100%(x)s"),
            "33139 Miami Beach, 100%(x)s"
        );
        assert_eq!(Address::default().format(DEFAULT_FORMAT), "\n\n  \n");
    }
}
