#[model("x.city")]
pub struct City {
    #[field(pattern = "[A-Z")]
    pub open: String,
    #[field(pattern = "(")]
    pub group: String,
    #[field(pattern = "(?i)abc")]
    pub flags: String,
    #[field(pattern = r"\bcity\b")]
    pub word: String,
    #[field(pattern = "[[:alpha:]]+")]
    pub ascii: String,
    #[field(pattern = r"\p{Greek}+")]
    pub greek: String,
    #[field(pattern = r"\pL")]
    pub letter: String,
    #[field(pattern = r"\p{XX}")]
    pub nothing: String,
    #[field(pattern = "[a-z&&[^b]]")]
    pub without: String,
    #[field(pattern = r"a\#b")]
    pub escaped: String,
    #[field(pattern = "a]")]
    pub bracket: String,
    #[field(pattern = "a**")]
    pub twice: String,
    #[field(pattern = "(?P<n>a)")]
    pub named: String,
    #[field(pattern = r"\x{41}")]
    pub hex: String,
    #[field(pattern = "((a{1000}){1000}){1000}")]
    pub large: String,
    #[field(pattern = "a(?=b)")]
    pub ahead: String,
    #[field(pattern = "[A-Z]{2}", default = "abc")]
    pub code: String,
    #[field(email, default = "nobody")]
    pub mail: String,
    #[field(url, email)]
    pub both: String,
    #[field(url)]
    pub page: Html,
    #[field(email = true)]
    pub address: String,
    #[field(pattern)]
    pub pattern: String,
    #[field(compute, email)]
    pub shown: Option<String>,
    #[field(pattern = "[0-9]")]
    pub digit: i32,
}
